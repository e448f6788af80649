"""What readers are told from here, word for word; what stands in a template is said there."""

TITLE_IS_MISSING = "A conversation needs a title."
TITLE_IS_TOO_LONG = "A title has at most %(limit_value)d characters; this one has %(show_value)d."
