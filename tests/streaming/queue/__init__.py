"""Prompts in line."""
