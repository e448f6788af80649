"""HTML that models write for want of Markdown, as a rule for markdown-it.

Breaks, indices, keys and marked words live, in cells as elsewhere. They carry no attributes, and
those that enclose text have to be closed in the same text; all other HTML is text.
"""

import re

from markdown_it.rules_inline import StateInline

LONGEST = 1_000

_BREAK = re.compile(r"<br[ \t]*/?>", re.IGNORECASE)
OPENING = re.compile(r"<(sub|sup|kbd|mark)>", re.IGNORECASE)
_NEXT = re.compile(r"(?P<ticks>`+)|<(?P<end>/?)(?P<name>sub|sup|kbd|mark)>", re.IGNORECASE)


def small_tag(state: StateInline, silent: bool) -> bool:
    """`<br>`, or `<sub>…</sub>` and its like."""
    if state.src[state.pos] != "<":
        return False
    line_break = _BREAK.match(state.src, state.pos, state.posMax)
    if line_break:
        if not silent:
            state.push("hardbreak", "br", 0)
        state.pos = line_break.end()
        return True
    opening = OPENING.match(state.src, state.pos, state.posMax)
    end = _closing_tag(state, opening) if opening else None
    if opening is None or end is None:
        return False
    if not silent:
        _read_inside(state, opening, end)
    state.pos = end.end()
    return True


def _closing_tag(state: StateInline, opening: re.Match[str]) -> re.Match[str] | None:
    """The tag that closes this one, outside of code."""
    text, place = state.src, opening.end()
    stop = min(state.posMax, place + LONGEST)
    name = opening[1].lower()
    depth = 1
    if text.find("</", place, stop) < 0:
        return None
    while match := _NEXT.search(text, place, stop):
        place = match.end()
        if match["ticks"]:
            closing = re.compile(rf"(?<!`){match[0]}(?!`)").search(text, place, stop)
            place = closing.end() if closing else place
        elif match["name"].lower() == name:
            depth += -1 if match["end"] else 1
            if depth == 0:
                return match
    return None


def _read_inside(state: StateInline, opening: re.Match[str], end: re.Match[str]) -> None:
    name, stop = opening[1].lower(), state.posMax
    state.push(f"{name}_open", name, 1)
    state.pos, state.posMax = opening.end(), end.start()
    state.md.inline.tokenize(state)
    state.posMax = stop
    state.push(f"{name}_close", name, -1)
