"""Fixtures of the tests of what is alive."""

from tests.streaming.living import living, owner
from tests.streaming.rows import impatient

__all__ = ["impatient", "living", "owner"]
