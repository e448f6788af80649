"""Texts: whatever decodes as UTF-8, UTF-16 or the Western European code page, and is one."""

from __future__ import annotations

import re
from pathlib import Path

from conversations.files.decoding.bounds import CONTENT, TEXT, Bounds, Content, NotTaken

CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
"""No text has them: all controls but tabs, line ends (also NEL) and form feeds."""

LATIN = "cp1252"
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
ELEMENT = re.compile(r"<(?:[\w-]+:)?([A-Za-z]\w*)")
LOOKED_AT = 16_384
MEDIA_TYPES = {"markdown": "text/markdown", "csv": "text/csv", "plain": "text/plain"}


def decode(source: Path, folder: Path, named: str, bounds: Bounds) -> Content:
    """The file is kept as it came, its text as UTF-8 with line ends of one character."""
    data = source.read_bytes()
    text = as_text(data)
    if _is_svg(text[:LOOKED_AT]):
        raise NotTaken("svg")
    if not text.strip():
        raise NotTaken("empty")
    keep(text, folder, bounds)
    (folder / CONTENT).write_bytes(data)
    return Content("document", MEDIA_TYPES[named], characters=len(text))


def as_text(data: bytes) -> str:
    text = _decoded(data).replace("\r\n", "\n").replace("\r", "\n")
    if CONTROLS.search(text):
        raise NotTaken("not_text")
    return text


def keep(text: str, folder: Path, bounds: Bounds) -> None:
    if len(text) > bounds.characters:
        raise NotTaken("characters", len(text))
    (folder / TEXT).write_text(text, "utf-8", newline="\n")


def _is_svg(head: str) -> bool:
    head = COMMENT.sub("", head).lstrip()
    first = ELEMENT.search(head) if head.startswith("<") else None
    return first is not None and first[1].lower() == "svg"


def _decoded(data: bytes) -> str:
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return _strictly(data, encoding)
    if b"\0" in data and (encoding := _utf_16(data)):
        return _strictly(data, encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _strictly(data, LATIN)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise NotTaken("not_text") from None


def _utf_16(data: bytes) -> str:
    """UTF-16 without a mark at its start, which in Western letters has every second byte zero."""
    first, second = data[:2048:2].count(0), data[1:2048:2].count(0)
    half = min(len(data), 2048) // 2
    if second > half / 2 and not first:
        return "utf-16-le"
    return "utf-16-be" if first > half / 2 and not second else ""
