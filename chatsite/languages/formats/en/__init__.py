"""The formats of dates in this language."""
