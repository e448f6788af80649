"""Why a file is not taken, as whoever added it reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.conf import settings
from django.utils.translation import gettext as _

MEGABYTE = 1024**2


class Refused(Exception):
    """The file is not taken; `sentence` says why, in the language of whoever is spoken to."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def too_large(size: int) -> str:
    return _("This file has %(size)s MB; %(most)s MB are the most.") % {
        "size": f"{-(-size // MEGABYTE):,}",
        "most": f"{settings.FILE_BYTES // MEGABYTE:,}",
    }


def too_busy() -> str:
    return _("Too many files are being read. Try again in a minute.")


def ended_by_limits() -> str:
    return _("Reading this file took too much time or memory. Save it anew, or take a smaller one.")


def for_reason(reason: str, number: int) -> str:
    return SENTENCES[reason](number)


def _pixels(_number: int) -> str:
    return _("This picture has more than %(most)s million pixels. Make it smaller first.") % {
        "most": settings.IMAGE_PIXELS // 1_000_000
    }


def _pages(number: int) -> str:
    return _("This PDF has %(number)s pages; %(most)s are the most.") % {
        "number": f"{number:,}",
        "most": f"{settings.DOCUMENT_PAGES:,}",
    }


def _characters(_number: int) -> str:
    return _("This document has more than %(most)s characters. Add a part of it.") % {
        "most": f"{settings.DOCUMENT_CHARACTERS:,}"
    }


SENTENCES: Mapping[str, Callable[[int], str]] = {
    "empty": lambda _number: _("This file is empty."),
    "svg": lambda _number: _("SVG is not taken. Save the drawing as PNG."),
    "office": lambda _number: _("Office documents are not taken. Save it as PDF or as text."),
    "archive": lambda _number: _("Archives are not taken. Unpack it, and add the files in it."),
    "other_picture": lambda _number: _(
        "Pictures are taken as PNG, JPEG, WebP, GIF or HEIC. Save it as one of them."
    ),
    "not_text": lambda _number: _(
        "This is neither a picture, nor a PDF, nor a text that can be read."
    ),
    "pixels": _pixels,
    "picture_bytes": _pixels,
    "broken_picture": lambda _number: _("This picture is broken or not whole."),
    "broken_pdf": lambda _number: _("This PDF is broken or not whole."),
    "encrypted_pdf": lambda _number: _(
        "This PDF is protected by a password. Save it without one first."
    ),
    "pdf_without_text": lambda _number: _(
        "This PDF has no text: it may be a scan. Add its pages as pictures."
    ),
    "pages": _pages,
    "characters": _characters,
    "memory": lambda _number: ended_by_limits(),
}
