"""The search, as somebody uses it."""
