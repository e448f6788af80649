"""The trash and temporary conversations in a browser."""
