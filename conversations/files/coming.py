"""Files on their way in, part by part, in a folder of this machine that only the site can read."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from django.conf import settings

from conversations.files import sentences
from conversations.files.reading import Refused

FORGOTTEN_SECONDS = 3600
"""How long a part waits for the next one."""


def folder() -> Path:
    place = Path(settings.DATA_DIR) / "uploads"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def path(owner_id: int, key: UUID) -> Path:
    return folder() / f"{owner_id}-{key}"


def take(owner_id: int, key: UUID, at: int, data: bytes) -> int:
    """Put these bytes at their place, if they are the next ones; how many there are now."""
    file = path(owner_id, key)
    if at == 0 and not file.exists():
        _make(owner_id, file)
    try:
        writing = file.open("r+b")
    except FileNotFoundError:
        return 0
    with writing:
        come = os.fstat(writing.fileno()).st_size
        if at == come:
            writing.seek(come)
            writing.write(data)
            come += len(data)
    return come


def _make(owner_id: int, file: Path) -> None:
    own = list(folder().glob(f"{owner_id}-*"))
    if len(own) >= settings.FILES_AT_ONCE:
        raise Refused(sentences.too_many_drafts(settings.FILES_AT_ONCE))
    if shutil.disk_usage(folder()).free < settings.FILE_BYTES + settings.FREE_BYTES:
        raise Refused(sentences.no_room())
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def drop(owner_id: int, key: UUID) -> None:
    path(owner_id, key).unlink(missing_ok=True)


def forget_old() -> None:
    """Those that nobody sent more of, and folders that a process left when it died."""
    before = time.time() - FORGOTTEN_SECONDS
    for each in folder().iterdir():
        with suppress(FileNotFoundError):
            if each.stat().st_mtime >= before:
                continue
            if each.is_dir():
                shutil.rmtree(each, ignore_errors=True)
            else:
                each.unlink()
