"""The texts of scripts: found in them, and written into a page that is not in English."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext, override

SCRIPTS = Path(__file__).resolve().parents[2] / "static" / "js"
COMMENT = re.compile(r"^\s*(//|/\*).*$", re.MULTILINE)
TEXT = re.compile(
    r"""document\.text\("([^"\n]+)"\)   # whatever is asked for by its name
    | "([A-Z][^"\n]*(?:[ ][a-z]|…)[^"\n]*)"  # a sentence, wherever it stands
    """,
    re.VERBOSE,
)
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def texts_in(source: str) -> Iterator[str]:
    """Any text that begins with a capital letter and has a space is for a reader."""
    for found in TEXT.finditer(COMMENT.sub("", source)):
        yield found[1] or found[2]


@lru_cache
def texts_of(language: str) -> str:
    """As JSON that can stand in a page."""
    sources = [path.read_text("utf-8") for path in sorted(SCRIPTS.rglob("*.js"))]
    with override(language):
        texts = {text: gettext(text) for source in sources for text in texts_in(source)}
    return json.dumps(texts, ensure_ascii=False).translate(ESCAPES)
