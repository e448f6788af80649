"""Copies of the database that the site itself made: they hold what has been deleted since."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

PATTERN = "before-*.sqlite3"
NAMED = re.compile(r"before-([0-9]{8}-[0-9]{6}-[0-9]{6})-(.+)\.sqlite3")
STAMP = "%Y%m%d-%H%M%S-%f"


class Copy(NamedTuple):
    """A copy from before an upgrade to `version`."""

    made_at: datetime
    version: str


def folder() -> Path:
    return Path(settings.DATA_DIR) / "backups"


def files(place: Path) -> list[Path]:
    """Oldest first."""
    return sorted(place.glob(PATTERN))


def name(now: datetime, version: str) -> str:
    """Named by the moment, then by the version that makes it, so that names sort by age."""
    return f"before-{now:{STAMP}}-{version}.sqlite3"


def name_of_replaced(now: datetime, version: str) -> str:
    """What a restore has replaced: named likewise, and deleted by hand alone."""
    return f"replaced-{now:{STAMP}}-{version}.sqlite3"


def since(moment: datetime) -> Sequence[Copy]:
    """Those made after it, oldest first."""
    copies = (_read(file.name) for file in files(folder()))
    return [copy for copy in copies if copy is not None and copy.made_at >= moment]


def _read(named: str) -> Copy | None:
    found = NAMED.fullmatch(named)
    if found is None:
        return None
    stamp, version = found.groups()
    return Copy(datetime.strptime(stamp, STAMP).replace(tzinfo=UTC), version)
