"""A secret in every shape in which it could come out."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterator
from urllib.parse import quote, quote_plus


def shapes(mark: str) -> set[bytes]:
    """As it is, in a URL, in JSON, in HTML, and in base64 wherever in a longer text it stands."""
    texts = {mark, quote(mark), quote(mark, safe=""), quote_plus(mark), html.escape(mark)}
    texts |= {json.dumps(mark)[1:-1], mark.encode().hex()}
    return {text.encode() for text in texts} | set(_in_base64(mark.encode()))


def _in_base64(mark: bytes) -> Iterator[bytes]:
    """What of it does not depend on what stands next to it, for each of its three places."""
    for before in range(3):
        first = 4 if before else 0  # the first group of four holds what came before
        last = (before + len(mark)) // 3 * 4
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(b"\0" * before + mark)[first:last]


def found(marks: dict[str, str], where: str, data: bytes) -> list[str]:
    """Which of the marks stand in that."""
    return [
        f"the {name} in {where}"
        for name, mark in marks.items()
        if any(shape in data for shape in shapes(mark))
    ]
