"""The text of a PDF, page by page."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from pypdf import PdfReader

from conversations.files.decoding import texts
from conversations.files.decoding.bounds import CONTENT, Bounds, Content, NotTaken


def extract(source: Path, folder: Path, bounds: Bounds) -> Content:
    """The file is kept as it came: some providers take it whole."""
    logging.disable()
    try:
        pages, text = _read(source, bounds)
    except (MemoryError, NotTaken):
        raise
    except Exception:  # noqa: BLE001 (whatever a broken file makes the reader stumble over)
        raise NotTaken("broken_pdf") from None
    if not text.strip():
        raise NotTaken("pdf_without_text")
    texts.keep(text, folder, bounds)
    shutil.copyfile(source, folder / CONTENT)
    return Content("document", "application/pdf", characters=len(text), pages=pages)


def _read(source: Path, bounds: Bounds) -> tuple[int, str]:
    """How many pages, and their text, told apart by a form feed as in other programs."""
    reader = PdfReader(source)
    if reader.is_encrypted and not reader.decrypt(""):
        raise NotTaken("encrypted_pdf")
    if len(reader.pages) > bounds.pages:
        raise NotTaken("pages", len(reader.pages))
    pages, characters = [], 0
    for page in reader.pages:
        text = page.extract_text().encode("utf-8", "ignore").decode("utf-8")
        pages.append(texts.CONTROLS.sub("", text).strip())
        characters += len(text)
        if characters > bounds.characters:
            raise NotTaken("characters", characters)
    return len(pages), "\n\f\n".join(pages)
