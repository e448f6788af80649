"""The sources that an answer names, as they are kept: rows of JSON in the order of their naming.

A row: `{"url": "https://…", "title": "…", "generation": 7}`. Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

KIND = "cite"
"""The journal's kind of an entry that holds a source."""

MOST = 200
LONGEST_TITLE = 300
_ADDRESS = re.compile(
    r"https?://[^\s/?#@<>\"'\\]{1,255}(?:[/?#][^\s<>\"'\\]{0,2000})?", re.IGNORECASE
)


class Entry(Protocol):
    """As the journal has it."""

    @property
    def kind(self) -> str: ...

    @property
    def text(self) -> str: ...


def is_address(url: object) -> bool:
    """Whether a page may link to it."""
    return isinstance(url, str) and _ADDRESS.fullmatch(url) is not None


def entry(url: str, title: str) -> str:
    """A source as the journal holds it."""
    return json.dumps([url, title], ensure_ascii=False, separators=(",", ":"))


def named(entries: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    """The addresses and titles that these entries name."""
    for each in entries:
        if each.kind == KIND:
            url, title = json.loads(each.text)
            yield url, title


def fold(
    kept: Sequence[Mapping[str, Any]], named: Iterable[tuple[str, str]], generation: int
) -> list[dict[str, Any]]:
    """What was kept, and what a run names besides: each address once."""
    rows = [dict(row) for row in kept]
    known = {row["url"] for row in rows}
    for url, title in named:
        if url not in known and len(rows) < MOST and is_address(url):
            known.add(url)
            rows.append({"url": url, "title": title[:LONGEST_TITLE], "generation": generation})
    return rows


def without(kept: Sequence[Mapping[str, Any]], generation: int) -> list[dict[str, Any]]:
    """What is left where that run is undone."""
    return [dict(row) for row in kept if row["generation"] != generation]
