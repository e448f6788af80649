"""Imports and exports of a whole site: killed, large, by commands."""
