"""Saved prompts, of one person and in one import (bytes are UTF-8)."""

PROMPTS = 500
PROMPT_FILE_BYTES = 262_144  # of a text or of a file: as much as a message may have
PROMPT_IMPORT_FILES = 200
PROMPT_IMPORT_BYTES = 4 * 1024 * 1024  # unpacked
