"""Fixtures of the tests of what is alive."""

from tests.database import impatient
from tests.streaming.asking import http
from tests.streaming.living import living, owner
from tests.streaming.tabs import tab

__all__ = ["http", "impatient", "living", "owner", "tab"]
