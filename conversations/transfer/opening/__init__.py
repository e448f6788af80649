"""Files that nobody vouches for: what is in them, piece by piece, in bounded memory.

Front doors: `archive_file` (a zip or a JSON file as its JSON members), `elements` (the elements of
one such member, one at a time). Raises `Unreadable`, whose sentence says what is wrong.
"""
