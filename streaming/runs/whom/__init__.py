"""Whom an answer may be asked of, for the person who wants it: `permission`."""
