"""A person who types and presses in a page, while answers stream in others."""
