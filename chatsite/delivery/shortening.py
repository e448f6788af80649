"""Scripts and style sheets without what only people read, where a line can be shortened for sure.

It knows no grammar. So it leaves alone each line, or each file, in which a text might lie.
"""

from __future__ import annotations

import re

from chatsite.delivery.own_names import with_short_names

COMMENT_LINE = re.compile(r"^[ \t]*(?://.*|/\*\*.*\*/[ \t]*)\n", re.MULTILINE)
COMMENT_AT_END = re.compile(r"""(?<=[;{},)\]]) +// [^"'`/\n]*$""", re.MULTILINE)
"""Without a quote: so it is not the middle of a text, which would have to end on the same line."""
MARGIN = re.compile(r"^[ \t]+|[ \t]+$", re.MULTILINE)
EMPTY_LINES = re.compile(r"\n{2,}")
STYLE_TEXT = re.compile(r"""("[^"'\\]*"|'[^"'\\]*'|url\([^)"'\\]*\))""")
MAY_BE_IN_A_TEXT = re.compile(r"[\"'\\]")
BETWEEN_STATEMENTS = re.compile(r"^([^/\n]*[;{,])\n", re.MULTILINE)
"""A line without a slash ends with no comment."""
BETWEEN_RULES = re.compile(r"(?<!\\)([{};])\n")
AROUND_MARKS = re.compile(r" *([{};]) *")
TEXT = re.compile(r'("[^"`]*"|`[^`]*`)')
MAY_BE_A_PATTERN = re.compile(r"['/\\]")
AROUND_SIGNS = re.compile(r" *([=<>?:&|,;{}()\[\]!*]) *")
"""Not plus and minus, which two blanks may keep from being one sign."""
AFTER_NAMES = re.compile(r"(^|[{;])([\w-]+): +")


def shorter_script(source: str) -> str:
    """The same script; one with a text of several lines loses its lines of comment alone."""
    source = COMMENT_LINE.sub("", source)
    if any(line.count("`") % 2 for line in source.splitlines()):
        return source
    source = with_short_names(COMMENT_AT_END.sub("", source))
    lines = MARGIN.sub("", source).split("\n")
    source = EMPTY_LINES.sub("\n", "\n".join(map(_closer, lines)))
    return BETWEEN_STATEMENTS.sub(r"\1", source)


def _closer(line: str) -> str:
    """Without blanks around signs, but for those in texts."""
    if MAY_BE_A_PATTERN.search(line):
        return line
    parts = TEXT.split(line)
    if any('"' in part or "`" in part for part in parts[::2]):
        return line
    parts[::2] = [AROUND_SIGNS.sub(r"\1", part) for part in parts[::2]]
    return "".join(parts)


def shorter_style_sheet(source: str) -> str:
    """The same rules, given without comments."""
    lines = MARGIN.sub("", source).split("\n")
    return BETWEEN_RULES.sub(r"\1", "\n".join(_shorter(line) for line in lines if line))


def _shorter(line: str) -> str:
    parts = STYLE_TEXT.split(line)
    if any(MAY_BE_IN_A_TEXT.search(part) for part in parts[::2]):
        return line
    parts[::2] = [AFTER_NAMES.sub(r"\1\2:", AROUND_MARKS.sub(r"\1", part)) for part in parts[::2]]
    return "".join(parts)
