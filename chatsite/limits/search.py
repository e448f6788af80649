"""What one search looks for, and how much of it is shown."""

SEARCH_CHARACTERS, SEARCH_WORDS, SEARCH_PAGE = 500, 32, 20
SEARCH_RANKED, SEARCH_IN_CONVERSATION = 300, 20_000  # of the newest hits: ordered; stepped through
