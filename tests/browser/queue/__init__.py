"""Prompts in line, in a real browser."""
