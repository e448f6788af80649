"""The whole site, started as its users start it."""
