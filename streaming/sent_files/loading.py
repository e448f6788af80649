"""Reads files out of the storage as a request takes them. Asks no database."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from conversations.files import smaller
from conversations.files.models import File
from streaming.providers import file_limits
from streaming.providers.base import Provider, SentFile
from streaming.providers.file_limits import FileLimits
from streaming.providers.model_facts import NOTHING

logger = logging.getLogger(__name__)

PDF = "application/pdf"

# What the model reads in place of a picture.
NO_PICTURES = "not sent: this model takes no pictures"
NO_ROOM = "not sent: there are too many pictures in this conversation for one request"
GONE = "not sent: this file is not there any more"


def load(
    rows: Mapping[int, Sequence[File]], provider: Provider, model: str
) -> dict[int, tuple[SentFile, ...]]:
    """By message its files. The newest go first where a request cannot hold all of them."""
    limits = file_limits.limits(provider.config)
    is_blind = provider.facts.get(model, NOTHING).images is False
    left = limits.request_bytes
    sent: dict[int, tuple[SentFile, ...]] = {}
    for pk in sorted(rows, reverse=True):
        files = []
        for row in rows[pk]:
            file = _loaded(row, limits, is_blind=is_blind, left=left)
            left -= len(file.data)
            files.append(file)
        sent[pk] = tuple(files)
    return sent


def _loaded(row: File, limits: FileLimits, *, is_blind: bool, left: int) -> SentFile:
    try:
        if row.is_image:
            return _instead(row, NO_PICTURES) if is_blind else _picture(row, limits, left)
        return _document(row, limits, left)
    except FileNotFoundError:
        logger.warning("The storage has no content of file %s", row.pk)
        return _instead(row, GONE)


def _instead(row: File, words: str) -> SentFile:
    return SentFile("image" if row.is_image else "document", row.media_type, row.name, text=words)


def _picture(row: File, limits: FileLimits, left: int) -> SentFile:
    found = smaller.made(row.open_bytes(), row.media_type, limits.edge, limits.image_bytes)
    if len(found.data) > left:
        return _instead(row, NO_ROOM)
    return SentFile(
        "image", found.media_type, row.name, found.data, width=found.width, height=found.height
    )


def _document(row: File, limits: FileLimits, left: int) -> SentFile:
    """As its text; as it is where the provider reads PDFs, and can see more than their text."""
    text = row.read_text()
    is_whole = row.media_type == PDF and (row.pages or 0) <= limits.pdf_pages
    data = row.open_bytes() if is_whole else b""
    return SentFile("document", row.media_type, row.name, data if len(data) <= left else b"", text)
