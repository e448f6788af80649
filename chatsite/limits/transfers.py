"""Imports and exports: apart from those of other forms, as an archive is a person's whole history.

Bytes, where nothing else is said.
"""

IMPORT_BYTES = 4 * 1024**3  # of a file
IMPORT_PART_BYTES = 1024 * 1024  # of it in one request
IMPORT_UNPACKED_BYTES = 16 * 1024**3
IMPORT_RATIO = 200  # what one byte of a zip may become
IMPORT_FILES = 20_000  # in a zip
IMPORT_CONVERSATION_BYTES = 32 * 1024**2  # one of them is in memory at a time
IMPORT_DEPTH = 2000  # of parts in one another
TRANSFERS_AT_ONCE = 5  # of one person, waiting or being worked on
TRANSFER_HOURS = 24  # how long a file that came in or went out is kept
TRANSFERS_KEPT = 20  # of one person: their reports
FREE_BYTES = 512 * 1024**2  # that stay free on the disk
REPORT_ROWS = 200  # of a report on its page
EXPORT_AT_ONCE = 400  # conversations of a selection
TRANSFERS_EVERY_SECONDS = 0.5  # how often processes look for something to do
