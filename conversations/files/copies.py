"""Copies of the bytes of files, next to a copy of the database: made after it, put back before it.

Bytes never change under their name. So a copy links what the one before it has, and what is put
back is what is missing. Where files lie in a bucket, copies of that are the bucket's own affair.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from conversations.files.models import storage
from conversations.files.storage import Folder, flush


def folder_of(copy: Path) -> Path:
    """Where the files of that copy of a database are."""
    return Path(f"{copy}.files")


def copy_out(copy: Path, before: Path | None = None) -> None:
    """Next to this copy of the database, all that lies in the folder now."""
    if not isinstance(kept := storage(), Folder) or not Path(kept.location).is_dir():
        return
    target, older = folder_of(copy), folder_of(before) if before else None
    for name in _names(Path(kept.location)):
        made = target / name
        made.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # it was deleted for good meanwhile
            if not made.exists() and not _linked(older, name, made):
                _copied(Path(kept.location) / name, made)


def copy_back(copy: Path) -> int:
    """What is missing in the folder; how many those were."""
    source = folder_of(copy)
    if not isinstance(kept := storage(), Folder) or not source.is_dir():
        return 0
    back = 0
    for name in _names(source):
        target = Path(kept.location) / name
        if not target.exists():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _copied(source / name, target)
            back += 1
    return back


def remove(copy: Path) -> None:
    """With the copy of the database that they belong to."""
    shutil.rmtree(folder_of(copy), ignore_errors=True)


def _names(folder: Path) -> Iterator[str]:
    for each in sorted(folder.iterdir()):
        if each.is_dir():
            yield from (f"{each.name}/{file.name}" for file in each.iterdir() if file.is_file())


def _linked(older: Path | None, name: str, made: Path) -> bool:
    if older is None:
        return False
    try:
        os.link(older / name, made)
    except OSError:  # it is not there, or this disk has no links
        return False
    return True


def _copied(source: Path, target: Path) -> None:
    """It gets its name once it is whole."""
    part = target.with_name(f".{target.name}")
    shutil.copyfile(source, part)
    part.chmod(0o600)
    flush(part)
    part.replace(target)
