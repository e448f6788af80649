"""Fixtures: pages of conversations also show running answers, so those parts have to live."""

from tests.support.isolation.database import impatient
from tests.support.living import living, owner
from tests.support.tabs import tab

__all__ = ["impatient", "living", "owner", "tab"]
