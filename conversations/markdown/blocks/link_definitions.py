"""Link definitions, `[label]: address "title"`, at the start of a paragraph."""

import re
from dataclasses import dataclass

from markdown_it.common.normalize_url import normalizeLink, validateLink
from markdown_it.common.utils import normalizeReference
from markdown_it.helpers import parseLinkDestination, parseLinkTitle

LONGEST_LABEL = 999
LONGEST_TARGET = 2_048

_LABEL = re.compile(r"\[((?:\\.|[^\[\]\\]){0,999})\]", re.DOTALL)
_SPACE = re.compile(r"[ \t]*(?:\n[ \t]*)?")
_LINE_END = re.compile(r"[ \t]*(?:\n|$)")
_HALF = re.compile(
    r"""\[(?:\\.|[^\[\]\\])*\]:\s*(?:<[^<>\n]*>?|\S*)
        (?:\s+(?:"(?:\\.|[^"\\])*\\?"?|'(?:\\.|[^'\\])*\\?'?|\((?:\\.|[^()\\])*\\?\)?)?)?\s*""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Definition:
    """Where links with this label lead. The label is in its normal form.

    `written` is the source: what stands before the address, the address, and what follows it.
    """

    label: str
    href: str
    title: str
    written: tuple[str, str, str]


def take_definitions(content: str) -> tuple[list[Definition], str]:
    """The definitions that a paragraph starts with, and what follows them."""
    found: list[Definition] = []
    place = 0
    while content.startswith("[", place):
        definition, end = _read(content, place)
        if definition is None:
            break
        found.append(definition)
        place = end
    return found, content[place:]


def labels_in(content: str) -> set[str]:
    """Every label, in its normal form, that a definition could make a link of."""
    if "[" not in content:
        return set()
    return {normalizeReference(match[1]) for match in _LABEL.finditer(content)} - {""}


def looks_like_definition(text: str) -> bool:
    """Whether a text starts as definitions do."""
    match = _LABEL.match(text, 0, LONGEST_LABEL)
    return match is not None and text.startswith(":", match.end())


def may_be_definition(text: str) -> bool:
    """Whether a half-written text may become a definition, which shows nothing."""
    return text.startswith("[") and len(text) <= LONGEST_LABEL and bool(_HALF.fullmatch(text))


def _read(content: str, start: int) -> tuple[Definition | None, int]:
    match = _LABEL.match(content, start, start + LONGEST_LABEL)
    label = normalizeReference(match[1]) if match else ""
    if match is None or not label or not content.startswith(":", match.end()):
        return None, start
    place = _space(content, match.end() + 1)
    target = parseLinkDestination(content, place, len(content))
    href = normalizeLink(target.str) if target.ok and len(target.str) <= LONGEST_TARGET else ""
    if not target.ok or not validateLink(href) or target.pos - place > LONGEST_TARGET:
        return None, start
    title, end = _title(content, target.pos)
    if end is None:
        return None, start
    written = content[start:place], content[place : target.pos], content[target.pos : end]
    return Definition(label, href, title, written), end


def _title(content: str, place: int) -> tuple[str, int | None]:
    """The title and the end of its line; no end if something else stands there."""
    start = _space(content, place)
    title = parseLinkTitle(content, start, len(content)) if start > place else None
    if title is not None and title.ok and len(title.str) <= LONGEST_TARGET:
        end = _LINE_END.match(content, title.pos)
        if end:
            return title.str, end.end()
    end = _LINE_END.match(content, place)
    return "", end.end() if end else None


def _space(content: str, place: int) -> int:
    match = _SPACE.match(content, place)
    return match.end() if match else place
