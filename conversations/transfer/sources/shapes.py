"""What the readers of several programs share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from conversations.transfer.plain import Json, Node, fields, items, text

FENCE = re.compile(r"`{3,}")

HIDDEN, TOOL_RESULTS, SYSTEM, FILES, IMAGES, UNKNOWN = (
    *("hidden", "tool results", "system", "files", "images", "unknown"),
)
"""Words for what is kept and not shown."""


class Link(NamedTuple):
    """A source of what is said between two places of a text."""

    start: int
    end: int
    title: str
    url: str


def linked(words: str, links: Iterable[Link]) -> str:
    """The text with links where its citations were; one whose place makes no sense is left out.

    From the end on, so that places before stay good.
    """
    good = [
        link
        for link in links
        if 0 <= link.start <= link.end <= len(words)
        and link.url.startswith(("http://", "https://"))
    ]
    good.sort(key=lambda link: (link.start, link.end))
    apart = good[:1] + [after for before, after in pairwise(good) if after.start >= before.end]
    for link in reversed(apart):
        title = re.sub(r"[\[\]\n]", " ", link.title).strip() or link.url
        address = link.url.replace(" ", "%20").replace(")", "%29").replace("(", "%28")
        words = f"{words[: link.end]} ([{title}]({address})){words[link.end :]}"
    return words


def fenced(words: str, name: str = "") -> str:
    """As a block of code, whatever stands in it."""
    longest = max((len(run) for run in FENCE.findall(words)), default=2)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{name}\n{words}\n{fence}"


def joined(parts: Iterable[str], gap: str = "\n\n") -> str:
    return gap.join(part for part in parts if part)


def words_of(content: Json) -> str:
    """Of a message's `content`: a string, or a list of parts of which some are text."""
    if isinstance(content, str):
        return text(content)
    parts = []
    for part in items(content):
        if isinstance(part, str):
            parts.append(text(part))
            continue
        said = fields(part).get("text")
        parts.append(text(said if isinstance(said, str) else fields(said).get("value")))
    return joined(parts)


def call(pk: Json, name: Json, arguments: str) -> Json:
    """A tool call as this site keeps one: the other program has run it."""
    return {"id": text(pk)[:200], "name": text(name)[:200], "arguments": arguments, "state": "run"}


def one_after_another(nodes: list[Node]) -> None:
    """Each follows the one before it."""
    for before, after in pairwise(nodes):
        after.parent = before.id
