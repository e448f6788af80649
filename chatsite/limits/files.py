"""Files of one person, of one prompt and of one project (bytes, where nothing else is said)."""

FILE_BYTES = 20 * 1024**2  # as it comes, before it is read
FILE_PART_BYTES = 1024**2  # in one request
FILES_BYTES = 1024**3  # of one person
FILES_OF_A_PROMPT = 8
FILES_OF_A_PROJECT = 20
FILES_AT_ONCE = 40  # of one person, which are in nothing yet
FILE_DRAFT_HOURS = 24  # how long a file waits for its prompt
FILES_SWEPT_AT_ONCE = 100
FILES_LOOK_SECONDS = 600  # how often it is looked for files that nothing holds
