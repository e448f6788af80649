"""Fixtures of the tests of what is alive."""

from tests.streaming.providers.http.asking import http
from tests.support.isolation.database import impatient
from tests.support.living import living, owner
from tests.support.tabs import tab

__all__ = ["http", "impatient", "living", "owner", "tab"]
