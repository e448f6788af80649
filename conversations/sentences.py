"""Sentences that readers see about their conversations; those in templates stay there."""

TITLE_IS_MISSING = "A conversation needs a title."
TITLE_IS_TOO_LONG = "A title has at most %(limit_value)d characters; this one has %(show_value)d."
