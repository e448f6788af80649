"""Access tokens, of one person, and how often their use is noted."""

TOKENS = 20
TOKEN_SEEN_SECONDS = 60
HELD_BY_TOKENS_ENDED = "chatsite.tokens.granting.ended"
"""Which of the tokens that hold something open do so no more: a function's name."""
