"""What a model said, as a title: one line of plain text, without quotes and marks. Pure."""

from __future__ import annotations

import re
import unicodedata

from conversations.invisible import is_invisible

LONGEST = 80
"""Characters of a title; it is cut at the end of a word."""

JOINERS = frozenset("\u200c\u200d\ufe0f")
"""What holds letters and emoji together, and is kept between such."""

FENCE = re.compile(r"^\s*(?:```|~~~).*$", re.MULTILINE)
LABEL = re.compile(
    r"^(?:(?:suggested|conversation|chat)\s+)?(?:title|titel|titre|título)\s*[:：]\s*",
    re.IGNORECASE,
)
LEADING = re.compile(r"^(?:#{1,6}\s+|[-*+•]\s+|>\s*|\d{1,2}[.)]\s+(?=\S))")
LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
TAG = re.compile(r"</?(?:b|i|u|em|strong|code|span|title|p|h[1-6])>", re.IGNORECASE)
EMPHASIS = re.compile(r"(\*{1,3}|_{1,3}|~~|`{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)")
PAIRS = {
    '"': '"', "'": "'", "`": "`", "*": "*", "_": "_", "“": "”", "”": "”", "„": "“”", "‟": "”",
    "‘": "’", "‚": "‘’", "«": "»", "»": "«", "‹": "›", "›": "‹", "「": "」", "『": "』",
    "《": "》", "〈": "〉", "【": "】", "＂": "＂",
}  # fmt: skip
STOPS = ".。．｡"


def cleaned(text: str) -> str:
    """The title in what a model said; nothing where there is none."""
    lines = (_plain(line) for line in FENCE.sub("", text).splitlines())
    return _cut(next((title for line in lines if (title := _bare(line))), ""))


def _plain(line: str) -> str:
    """Without characters that cannot be seen, but for joiners where they join."""
    kept: list[str] = []
    for character in unicodedata.normalize("NFC", line):
        if character.isspace():
            kept.append(" ")
        elif character in JOINERS:
            if kept and kept[-1] > "\x7f":
                kept.append(character)
        elif not is_invisible(character) and unicodedata.category(character) not in ("Cs", "Co"):
            kept.append(character)
    return " ".join("".join(kept).split()).strip("".join(JOINERS))


def _bare(line: str) -> str:
    """Without label, marks, quotes and full stop, however they are nested."""
    before = None
    while line != before:
        before = line
        line = LABEL.sub("", LEADING.sub("", line))
        line = EMPHASIS.sub(r"\2", TAG.sub("", LINK.sub(r"\1", line)))
        line = _unquoted(_without_stop(line.strip()))
    return line if any(character.isalnum() or character > "\x7f" for character in line) else ""


def _unquoted(line: str) -> str:
    if len(line) > 2 and line[-1] in PAIRS.get(line[0], ""):
        inner = line[1:-1]
        if line[0] not in inner and line[-1] not in inner:
            return inner.strip()
    return line


def _without_stop(line: str) -> str:
    """A dot that ends a sentence goes, three dots stay."""
    if line[-1:] in STOPS and line[-1:] and line[-2:-1] not in STOPS:
        return line[:-1].rstrip()
    return line


def _cut(title: str) -> str:
    if len(title) <= LONGEST:
        return title
    cut = title[:LONGEST].rsplit(" ", 1)[0]
    return f"{cut[: LONGEST - 1].rstrip(' ,.;:')}…"
