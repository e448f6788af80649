"""Markdown as a reader sees it, roughly: without its marks. Pure.

Rendering would say it exactly, and cost a page of hits more than finding them. What is code keeps
each of its characters.
"""

from __future__ import annotations

import re
from string import punctuation

FENCE = re.compile(r" {0,3}(?:`{3,}|~{3,})")
FENCES = re.compile(rf"^{FENCE.pattern}", re.MULTILINE)
RULE = re.compile(r"\s*(?:([-*_=])(?:\s*\1){2,}|\|?[\s|:]*-[\s|:-]*\|[\s|:-]*)\s*")
"""A line across, or the one below the head of a table."""
LINE_MARK = re.compile(r"\s*(?:>\s?)*(?:#{1,6}\s+|[-*+]\s+(?:\[[ xX]\]\s+)?)?")
CELLS = re.compile(r"\s*\|\s*")

CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+(?:\"[^\"]*\"|'[^']*'))?\)")
ADDRESS = re.compile(r"<((?:https?|mailto):[^<>\s]+)>")
EMPHASIS = re.compile(r"(\*{1,3}|~~|(?<!\w)_{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w(?<=_\w))")
NESTED = 3
"""So deep emphasis is looked for in emphasis, and pictures in links."""

HIDE = {ord(mark): 0xE000 + ord(mark) for mark in punctuation}
SHOW = {hidden: mark for mark, hidden in HIDE.items()}
"""In code, and after a backslash, marks are letters like others."""


def readable(markdown: str, *, in_code: bool = False) -> str:
    """`in_code`: it begins inside a fenced block."""
    lines = []
    for line in markdown.split("\n"):
        if FENCE.match(line):
            in_code = not in_code
        elif in_code:
            lines.append(line)
        elif not RULE.fullmatch(line):
            lines.append(_prose(line))
    return "\n".join(lines)


def ends_in_code(markdown: str) -> bool:
    """Whether what follows is inside a fenced block."""
    return len(FENCES.findall(markdown)) % 2 == 1


def _prose(line: str) -> str:
    line = LINE_MARK.sub("", line, count=1)  # at its beginning, be it nothing
    line = CODE.sub(lambda code: code[2].translate(HIDE), line)
    line = ESCAPE.sub(lambda escaped: escaped[1].translate(HIDE), line)
    if line.lstrip().startswith("|"):
        line = CELLS.sub("  ", line).strip()
    line = ADDRESS.sub(r"\1", line)
    for mark, shown in ((LINK, r"\1"), (EMPHASIS, r"\2")):
        for _ in range(NESTED):
            line = mark.sub(shown, line)
    return line.translate(SHOW)
