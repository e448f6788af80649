"""Fixtures of the tests of what is alive."""

from tests.streaming.living import living, owner

__all__ = ["living", "owner"]
