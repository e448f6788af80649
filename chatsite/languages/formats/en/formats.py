"""How dates are written in this language."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i e"
