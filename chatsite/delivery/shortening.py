"""Scripts and style sheets without what only people read, where a line can be shortened for sure.

It knows no grammar. So it leaves alone each line, or each file, in which a text might lie.
"""

from __future__ import annotations

import re

COMMENT_LINE = re.compile(r"^[ \t]*(?://.*|/\*\*.*\*/[ \t]*)\n", re.MULTILINE)
COMMENT_AT_END = re.compile(r"""(?<=[;{},)\]]) +// [^"'`/\n]*$""", re.MULTILINE)
"""Without a quote: so it is not the middle of a text, which would have to end on the same line."""
MARGIN = re.compile(r"^[ \t]+|[ \t]+$", re.MULTILINE)
EMPTY_LINES = re.compile(r"\n{2,}")
HOLDS_A_TEXT = re.compile(r"[\"'\\]|url\(")
BETWEEN_RULES = re.compile(r"(?<!\\)([{};])\n")
AROUND_MARKS = re.compile(r" *([{};]) *")
AFTER_NAMES = re.compile(r"(^|[{;])([\w-]+): +")


def shorter_script(source: str) -> str:
    """The same script; one with a text of several lines loses its lines of comment alone."""
    source = COMMENT_LINE.sub("", source)
    if any(line.count("`") % 2 for line in source.splitlines()):
        return source
    return EMPTY_LINES.sub("\n", MARGIN.sub("", COMMENT_AT_END.sub("", source)))


def shorter_style_sheet(source: str) -> str:
    """The same rules, given without comments."""
    lines = MARGIN.sub("", source).split("\n")
    return BETWEEN_RULES.sub(r"\1", "\n".join(_shorter(line) for line in lines if line))


def _shorter(line: str) -> str:
    if HOLDS_A_TEXT.search(line):
        return line
    return AFTER_NAMES.sub(r"\1\2:", AROUND_MARKS.sub(r"\1", line))
