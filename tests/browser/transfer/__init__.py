"""Imports and exports in real browsers."""
