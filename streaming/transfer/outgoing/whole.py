"""Everything that a person has, to a browser or `curl` as it is written; no row tells of it.

What was written is kept for a while. A download that was cut is asked on from a byte: it is written
again then, and if it begins as it did before, the rest is sent.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from conversations.access import Person
from streaming.db_threads import in_long_thread, in_thread
from streaming.transfer import files
from streaming.transfer.outgoing import zip_file

KEPT_SECONDS = 3600
PIECE = 256 * 1024


def is_busy(owner: Person) -> bool:
    """Whether as many downloads of this person are open as may be."""
    being = list(files.folder().glob(f"{owner.pk}-*.whole"))
    return sum(map(_is_fresh, being)) >= settings.TRANSFERS_AT_ONCE


async def written(owner: Person) -> AsyncIterator[bytes]:
    """The zip, in pieces."""
    being = files.folder() / f"{owner.pk}-{uuid.uuid4()}.whole"
    pieces = await in_long_thread(_pieces)(owner)
    try:
        with files.written_anew(being) as file:
            while (piece := await in_long_thread(next)(pieces, None)) is not None:
                await in_thread(file.write)(piece)
                yield piece
        with suppress(FileNotFoundError):  # of whom nothing is kept any more
            being.replace(_complete(owner))
    finally:
        with suppress(FileNotFoundError):
            being.replace(_cut(owner))


def forget(owner: Person) -> None:
    """What was written is not kept, nor is what is being written now."""
    for file in (_complete(owner), _cut(owner), *files.folder().glob(f"{owner.pk}-*.whole")):
        file.unlink(missing_ok=True)


def asked_on(owner: Person, first: int) -> Path | None:
    """The file of which somebody has the first bytes already; None if it is another by now."""
    whole = _complete(owner)
    if _is_fresh(whole):
        return whole
    cut = _cut(owner)
    if not _is_fresh(cut):
        return None
    being = files.folder() / f"{owner.pk}-{uuid.uuid4()}.whole"
    with files.written_anew(being) as file:
        for piece in _pieces(owner):
            file.write(piece)
    same = _begin_alike(cut, being, first)
    being.replace(whole)
    cut.unlink(missing_ok=True)
    return whole if same else None


def _pieces(owner: Person) -> Iterator[bytes]:
    pks = zip_file.everything(owner)
    return (piece.data for piece in zip_file.pieces(owner, pks, whole=True) if piece.data)


def _complete(owner: Person) -> Path:
    return files.folder() / f"{owner.pk}.zip"


def _cut(owner: Person) -> Path:
    return files.folder() / f"{owner.pk}.cut"


def _is_fresh(path: Path) -> bool:
    with suppress(FileNotFoundError):
        return path.stat().st_mtime > time.time() - KEPT_SECONDS
    return False


def _begin_alike(before: Path, now: Path, count: int) -> bool:
    """Whether both have these first bytes."""
    if before.stat().st_size < count:
        return False
    with before.open("rb") as one, now.open("rb") as other:
        while count > 0:
            part = min(PIECE, count)
            if one.read(part) != other.read(part):
                return False
            count -= part
    return True
