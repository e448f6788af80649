"""The file of an export, from any byte on, also while it is still written."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import IO
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from conversations.transfer.models import Transfer
from streaming.db_threads import in_thread
from streaming.transfer import files
from streaming.transfer.transfers import OPEN, Status

PIECE = 256 * 1024
LOOK_SECONDS = 0.1
RANGE = re.compile(r"bytes=(\d{1,18})-(\d{0,18})")


def download(request: HttpRequest, row: Transfer) -> HttpResponseBase:
    """All of it, or the range that is asked for; one that grows is followed to its end."""
    headers = {
        "Content-Disposition": content_disposition_header(True, row.name) or "",
        "ETag": f'"{row.pk}"',
    }
    if row.status in OPEN:
        return StreamingHttpResponse(
            _growing(row.pk), content_type="application/zip", headers=headers
        )
    return of_file(request, files.path(row.pk), headers)


def of_file(request: HttpRequest, path: Path, headers: dict[str, str]) -> HttpResponseBase:
    """All of a zip that is complete, or the range that is asked for."""
    try:
        about = path.stat()
    except FileNotFoundError:
        raise Http404 from None
    size = about.st_size
    headers = {
        "ETag": f'"{about.st_mtime_ns:x}-{size:x}"',
        "Accept-Ranges": "bytes",
        **headers,
    }
    first, last, status = 0, size - 1, 200
    if asked := _range(request, headers["ETag"]):
        first, last, status = asked[0], min(size - 1, asked[1]), 206
        if first > last:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    headers["Content-Length"] = str(last - first + 1)
    return StreamingHttpResponse(
        _part(path, first, last - first + 1),
        status=status,
        content_type="application/zip",
        headers=headers,
    )


def first_asked(request: HttpRequest) -> int | None:
    """From which byte on the rest is asked for of what was downloaded before."""
    found = RANGE.fullmatch(request.headers.get("Range", ""))
    return int(found[1]) if found else None


def _range(request: HttpRequest, etag: str) -> tuple[int, int] | None:
    found = RANGE.fullmatch(request.headers.get("Range", ""))
    if found is None or request.headers.get("If-Range", etag) != etag:
        return None
    return int(found[1]), int(found[2] or 10**18)


async def _part(path: Path, first: int, left: int) -> AsyncIterator[bytes]:
    with await in_thread(path.open)("rb") as file:
        file.seek(first)
        while left and (piece := await in_thread(file.read)(min(PIECE, left))):
            left -= len(piece)
            yield piece


async def _growing(pk: UUID) -> AsyncIterator[bytes]:
    """What is written of it, as it comes. One that fails is cut: nobody takes it for whole."""
    file: IO[bytes] | None = None
    try:
        while True:
            status = await in_thread(_status)(pk)
            file = file or await in_thread(_opened)(pk)
            while file is not None and (piece := await in_thread(file.read)(PIECE)):
                yield piece
            if status not in OPEN:
                if status != Status.FINISHED or file is None or _was_begun_again(file):
                    raise ConnectionAbortedError("The export ended before it was whole")
                return
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        if file is not None:
            file.close()


def _opened(pk: UUID) -> IO[bytes] | None:
    for each in (files.part(pk), files.path(pk)):
        with suppress(FileNotFoundError):
            return each.open("rb")
    return None


def _was_begun_again(file: IO[bytes]) -> bool:
    """By another process, in another file, after the one that wrote this one died."""
    return os.fstat(file.fileno()).st_nlink == 0


def _status(pk: UUID) -> str:
    return Transfer.objects.filter(pk=pk).values_list("status", flat=True).first() or ""
