"""Requests of pages and programs, and what one may carry (bytes are UTF-8)."""

PROMPT_BYTES = 262_144
TITLE_CHARACTERS, PROJECT_CHARACTERS, PROJECTS, SELECTED = 200, 100, 100, 400
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
REQUEST_BYTES = 4 * DATA_UPLOAD_MAX_MEMORY_SIZE  # below it, a page says what is wrong
REQUESTS_AT_ONCE = 3  # of as many people; further ones wait, so that running answers do not
REQUESTS_OF_ONE_AT_ONCE = 2  # by one session or token: one, and one that takes longer than a turn
REQUEST_TURN_SECONDS = 0.1  # what takes longer waits for something: then the next one begins
TITLE_SECONDS, TITLE_TOKENS, TITLES_AT_ONCE = 30, 1024, 4  # of one request; in one process
