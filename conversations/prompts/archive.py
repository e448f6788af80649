"""Prompts as files on their way in and out: one Markdown file, or a ZIP of many.

What comes in is not trusted: nothing is written to a disk, no name is used as a path, and no more
is unpacked than may be kept.
"""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import IO

from django.conf import settings

from conversations.prompts import sentences
from conversations.prompts.markdown_files import PromptFile, read, written

ENDS = (".md", ".markdown", ".txt")
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Those that are unpacked no further than is read; the others unpack whole blocks at once."""

ZIP = b"PK"


class BadFile(Exception):
    """It cannot be read; the sentence says why."""


def packed(prompts: Iterable[PromptFile]) -> bytes:
    """A ZIP with a file for each; their names differ."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as whole:
        for prompt in prompts:
            whole.writestr(f"{prompt.name}.md", written(prompt))
    return target.getvalue()


def unpacked(file: IO[bytes], name: str) -> list[PromptFile]:
    """What the file holds; raises BadFile."""
    start = file.read(len(ZIP))
    file.seek(0)
    if start == ZIP:
        return list(_of_zip(file))
    if not name.lower().endswith(ENDS):
        raise BadFile(sentences.NO_PROMPT_FILE)
    return [_decoded(file.read(settings.PROMPT_FILE_BYTES + 1), name)]


def _of_zip(file: IO[bytes]) -> Iterator[PromptFile]:
    left = settings.PROMPT_IMPORT_BYTES
    try:
        with zipfile.ZipFile(file) as whole:
            entries = [entry for entry in whole.infolist() if _is_wanted(entry)]
            if not entries:
                raise BadFile(sentences.EMPTY_ARCHIVE)
            if len(entries) > settings.PROMPT_IMPORT_FILES:
                raise BadFile(sentences.too_many_files())
            for entry in entries:
                if entry.compress_type not in METHODS:
                    raise BadFile(sentences.BROKEN_ARCHIVE)
                with whole.open(entry) as part:  # its own word about its size counts for nothing
                    data = part.read(min(settings.PROMPT_FILE_BYTES, left) + 1)
                left -= len(data)
                if left < 0:
                    raise BadFile(sentences.import_too_large())
                yield _decoded(data, entry.filename)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, OSError, EOFError) as no:
        raise BadFile(sentences.BROKEN_ARCHIVE) from no
    except (RuntimeError, ValueError, ArithmeticError, zlib.error, lzma.LZMAError) as no:
        raise BadFile(sentences.BROKEN_ARCHIVE) from no


def _is_wanted(entry: zipfile.ZipInfo) -> bool:
    """A prompt: not a folder, nor what systems add to archives."""
    parts = entry.filename.replace("\\", "/").split("/")
    hidden = any(part.startswith((".", "__MACOSX")) for part in parts if part not in {".", ".."})
    return not entry.is_dir() and not hidden and parts[-1].lower().endswith(ENDS)


def _decoded(data: bytes, name: str) -> PromptFile:
    if len(data) > settings.PROMPT_FILE_BYTES:
        raise BadFile(sentences.file_too_large(name))
    try:
        return read(data.decode("utf-8"), name)
    except UnicodeDecodeError:
        raise BadFile(sentences.not_utf8(name)) from None
