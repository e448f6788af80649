"""Reads one file in a process of its own, and waits for what that says."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, Literal

from django.conf import settings

from conversations.files.decoding.bounds import CONTENT, TEXT, THUMBNAIL, Bounds
from conversations.files.reading import names, sentences
from conversations.files.reading.sentences import Refused

START = (
    "import sys; sys.path[:] = sys.argv.pop(1).split('\\n');"
    "from conversations.files.decoding.child import main; main(sys.argv[1:])"
)
ENVIRONMENT = {"MALLOC_ARENA_MAX": "1", "LC_ALL": "C.UTF-8"}
"""All that the process knows of ours: no secret is in its reach."""

SAID = "said.json"
SAID_BYTES = 4096
GRACE_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that is taken. `path`, `thumbnail` and `text` (UTF-8) lie in the folder.

    A picture has a size in pixels and a thumbnail; a document has a text of so many characters, and
    a PDF so many pages. `size` is that of `path`, in bytes.
    """

    kind: Literal["image", "document"]
    media_type: str
    name: str
    size: int
    path: Path
    thumbnail: Path | None
    text: Path | None
    width: int
    height: int
    characters: int
    pages: int


def read(source: Path, name: str, folder: Path) -> Reading:
    """Blocks until the file was read into the folder; raises `Refused` if it is not taken."""
    size = source.stat().st_size
    if size > settings.FILE_BYTES:
        raise Refused(sentences.too_large(size))
    with _turn():
        answer = _ask(source, name, folder)
    if "reason" in answer:
        raise Refused(sentences.for_reason(answer["reason"], answer["number"]))
    path = folder / CONTENT
    is_image = answer["kind"] == "image"
    return Reading(
        name=names.cleaned(name, answer["media_type"]),
        size=path.stat().st_size,
        path=path,
        thumbnail=folder / THUMBNAIL if is_image else None,
        text=None if is_image else folder / TEXT,
        **answer,
    )


@cache
def _turns() -> BoundedSemaphore:
    return BoundedSemaphore(settings.READ_AT_ONCE)


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns().acquire(timeout=settings.READING_WAIT_SECONDS):
        raise Refused(sentences.too_busy())
    try:
        yield
    finally:
        _turns().release()


def _ask(source: Path, name: str, folder: Path) -> dict[str, Any]:
    """What the process said; a process that was ended before it said something met a limit."""
    bounds = _bounds()
    said, paths = folder / SAID, [str(settings.BASE_DIR), *sys.path]
    command = [
        *(sys.executable, "-I", "-c", START, "\n".join(filter(None, paths))),
        *(str(source.absolute()), str(folder.absolute()), names.flavour(name)),
        json.dumps(asdict(bounds)),
    ]
    try:
        with said.open("wb") as output:
            subprocess.run(  # noqa: S603 (our own interpreter, and no shell)
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.DEVNULL,
                env=ENVIRONMENT,
                timeout=bounds.seconds + GRACE_SECONDS,
                check=True,
            )
        with said.open("rb") as file:
            return dict(json.loads(file.read(SAID_BYTES)))
    except (subprocess.SubprocessError, ValueError):
        raise Refused(sentences.ended_by_limits()) from None
    finally:
        said.unlink(missing_ok=True)


def _bounds() -> Bounds:
    return Bounds(
        image_pixels=settings.IMAGE_PIXELS,
        image_edge=settings.IMAGE_EDGE,
        image_bytes=settings.IMAGE_BYTES,
        image_frames=settings.IMAGE_FRAMES,
        image_frame_pixels=settings.IMAGE_FRAME_PIXELS,
        thumbnail_edge=settings.THUMBNAIL_EDGE,
        characters=settings.DOCUMENT_CHARACTERS,
        pages=settings.DOCUMENT_PAGES,
        memory=settings.READING_MEMORY,
        cpu_seconds=settings.READING_CPU_SECONDS,
        seconds=settings.READING_SECONDS,
    )
