"""Prompts in line, in each conversation (bytes are UTF-8)."""

QUEUED_PROMPTS = 20
QUEUED_BYTES = 1024 * 1024
QUEUED_WAIT_SECONDS = 60  # a limit that is over so soon does not hold the line
QUEUED_UNDO_SECONDS = 60  # how long one that was taken out is offered to be put back
QUEUED_RETRY_SECONDS = 24 * 60 * 60  # how long a request that comes again does not put it back
