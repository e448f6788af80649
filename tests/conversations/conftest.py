"""Fixtures of the tests of what is kept: its pages show what is alive, so that has to be there."""

from tests.database import impatient
from tests.streaming.living import living, owner
from tests.streaming.tabs import tab

__all__ = ["impatient", "living", "owner", "tab"]
