"""The list of conversations in one tab and in several."""
