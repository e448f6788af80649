"""The site's settings, but SQLite does not wait for the disk; no URL can ask for that."""

from chatsite.settings import *  # noqa: F403 (as settings modules do)
from chatsite.settings import DATABASES

_options = DATABASES["default"]["OPTIONS"]
_options["init_command"] = _options["init_command"].replace(
    "synchronous=FULL", "synchronous=NORMAL"
)
