"""Pictures in answers."""

LARGEST_PICTURE_BYTES = 12 * 1024 * 1024
"""A larger one is left out, and that is said. No more than 12 MiB of one are read in any case."""
