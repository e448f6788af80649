"""What a file is, told by its first bytes. What none of them tells may be a text."""

from __future__ import annotations

from conversations.files.decoding.bounds import NotTaken

LOOKED_AT = 4096

PICTURES = ("PNG", "JPEG", "WEBP", "GIF", "HEIF")

PREFIXES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"%PDF-", "pdf"),
)
HEIC = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis"})

OTHER_PICTURES = (
    *(b"II*\x00", b"MM\x00*", b"8BPS", b"\x00\x00\x01\x00", b"\xff\x0a", b"\x00\x00\x00\x0cJXL "),
    *(b"\x00\x00\x00\x0cjP  ", b"qoif", b"\x76\x2f\x31\x01"),
)
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"Rar!", b"\xfd7zXZ")
OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
IN_OFFICE = (b"[Content_Types].xml", b"word/", b"xl/", b"ppt/", b"mimetypeapplication/vnd.oasis")


def told_by(head: bytes) -> str:
    """A name of PICTURES, "pdf", or "" for what may be a text."""
    for prefix, what in PREFIXES:
        if head.startswith(prefix):
            return what
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        return _of_brands(head)
    if head.startswith(OTHER_PICTURES) or _is_bitmap(head):
        raise NotTaken("other_picture")
    if head.startswith(OFFICE):
        raise NotTaken("office")
    if head.startswith(ARCHIVES):
        raise NotTaken("office" if any(name in head for name in IN_OFFICE) else "archive")
    return ""


def _of_brands(head: bytes) -> str:
    """HEIC among the containers that begin like it: AVIF, films."""
    size = min(int.from_bytes(head[:4], "big"), 256)
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))}
    if brands & HEIC:
        return "HEIF"
    raise NotTaken("other_picture" if brands & {b"avif", b"avis", b"mif1"} else "not_text")


def _is_bitmap(head: bytes) -> bool:
    return head.startswith(b"BM") and head[6:10] == b"\x00\x00\x00\x00"
