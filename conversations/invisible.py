"""Invisible characters: text of nothing else counts as empty."""

from __future__ import annotations

import unicodedata
from itertools import dropwhile

CATEGORIES = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""Control and format characters, and all kinds of space."""

IGNORED = (
    # Unicode's Default_Ignorable_Code_Point, except for those that CATEGORIES cover.
    *(range(0x034F, 0x0350), range(0x115F, 0x1161), range(0x17B4, 0x17B6)),
    *(range(0x180B, 0x1810), range(0x2065, 0x2066), range(0x3164, 0x3165)),
    *(range(0xFE00, 0xFE10), range(0xFFA0, 0xFFA1), range(0xFFF0, 0xFFF9)),
    range(0xE0000, 0xE1000),
    # Blank by design: a Braille cell without dots, a null note head, a filler of the Khitan script.
    *(range(0x2800, 0x2801), range(0x1D159, 0x1D15A), range(0x16FE4, 0x16FE5)),
)

TITLE_LENGTH = 60


def is_invisible(character: str) -> bool:
    if unicodedata.category(character) in CATEGORIES:
        return True
    return any(ord(character) in some for some in IGNORED)


def is_blank(text: str) -> bool:
    return all(map(is_invisible, text))


def from_first_visible(text: str) -> str:
    return "".join(dropwhile(is_invisible, text))


def title_of(prompt: str) -> str:
    """The prompt's first words, cut at the end of one."""
    line = " ".join(from_first_visible(prompt).split())
    if len(line) <= TITLE_LENGTH:
        return line
    cut = line[: TITLE_LENGTH + 1].rsplit(" ", 1)[0]
    return f"{cut[:TITLE_LENGTH].rstrip(' ,.;:')}…"
