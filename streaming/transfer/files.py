"""The files of imports and exports on this machine's disk, which only the site can read."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings

UNFINISHED = ".part"


class NoRoom(Exception):
    """The disk is too full for a file of that size."""


def folder() -> Path:
    place = Path(settings.DATA_DIR) / "transfers"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def path(pk: UUID) -> Path:
    """A file that is complete."""
    return folder() / str(pk)


def part(pk: UUID) -> Path:
    """One that is still written."""
    return folder() / f"{pk}{UNFINISHED}"


def make(pk: UUID) -> IO[bytes]:
    """An empty one to be written; what was there before is gone, but for those who read it."""
    part(pk).unlink(missing_ok=True)
    return written_anew(part(pk))


def written_anew(path: Path) -> IO[bytes]:
    """A file of that name that was not there, to be written, and to be read by the site alone."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    return os.fdopen(descriptor, "r+b")


def finish(pk: UUID) -> None:
    part(pk).replace(path(pk))


def refuse_without_room(size: int) -> None:
    if shutil.disk_usage(folder()).free < size + settings.FREE_BYTES:
        raise NoRoom


def drop(pk: UUID) -> None:
    for each in (path(pk), part(pk)):
        with suppress(FileNotFoundError):
            each.unlink()


def older_than(moment: float) -> list[Path]:
    """Those that nobody wrote to since."""
    found = []
    for each in folder().iterdir():
        with suppress(FileNotFoundError):
            if each.stat().st_mtime < moment:
                found.append(each)
    return found


def number_of(file: Path) -> UUID | None:
    """The transfer that it belongs to; None if it belongs to none."""
    try:
        return UUID(file.name.removesuffix(UNFINISHED))
    except ValueError:
        return None
