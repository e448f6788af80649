"""Fixtures of the tests of the building: its living parts, and a browser."""

from tests.support.living import living, owner
from tests.support.tabs import tab

__all__ = ["living", "owner", "tab"]
