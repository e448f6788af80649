"""Fixtures of the tests of what is kept: its pages show what is alive, so that has to be there."""

from tests.support.isolation.database import impatient
from tests.support.living import living, owner
from tests.support.tabs import tab

__all__ = ["impatient", "living", "owner", "tab"]
