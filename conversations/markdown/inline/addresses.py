"""Addresses as links, bare (`https://…`) or in angle brackets, as rules for markdown-it.

As in GitHub's dialect, what ends a sentence does not belong to a bare address, nor a bracket that
was opened before it. Only whole addresses count: `main.py` is a file name more often than a host.
Writing without spaces ends an address and may stand before it, as do quotes and dashes of print.
In angle brackets only `http`, `https` and `mailto` make an address: `vector<std::string>` is code.
"""

import re
from html import escape

from markdown_it.common.normalize_url import normalizeLinkText
from markdown_it.rules_inline import StateInline, autolink

from conversations.markdown.inline.cjk import CJK, is_cjk

NOWHERE = "#"
"""Where a half-written link leads."""
LONGEST_DATA = 40

# What never stands in an address as people write it.
_ENDS = rf"\s<>\"`|{CJK}\u2010-\u2015\u2018-\u201f\u2026\u2039\u203a\xab\xbb\ufdd0-\ufdef"
_ADDRESS = re.compile(rf"https?://(?=[^\W_]|\[)[^{_ENDS}]+", re.IGNORECASE)
_AFTER = re.compile(r"[?!.,:;*_~'\"\u060c\u061b\u061f\u06d4\u0964]+$|&\w+;$")
_PAIRS = {")": "(", "]": "[", "}": "{"}
_ANGLE = re.compile(
    r"<(?:(?:https?|mailto):|[\w.!#$%&'*+/=?^`{|}~-]+@)[^\s<>]*>", re.IGNORECASE | re.ASCII
)


def bare_address(state: StateInline, silent: bool) -> bool:
    """`http://` or `https://` and what follows, unless it stands in a link."""
    if state.linkLevel > 0 or not state.src.startswith("://", state.pos):
        return False
    scheme = state.src[max(0, state.pos - 5) : state.pos].lower()
    scheme = "https" if scheme == "https" else "http" if scheme.endswith("http") else ""
    start = state.pos - len(scheme)
    if not scheme or (start > 0 and _joins(state.src[start - 1])):
        return False
    match = _ADDRESS.match(state.src, start, state.posMax)
    if match is None or (not silent and not state.pending.lower().endswith(scheme)):
        return False
    address = _trimmed(match[0])
    if not silent:
        _push(state, address, len(scheme))
    state.pos = start + len(address)
    return True


def angle_address(state: StateInline, silent: bool) -> bool:
    """`<https://…>`, `<mailto:…>` or `<name@host>`."""
    return bool(_ANGLE.match(state.src, state.pos, state.posMax)) and autolink(state, silent)


def address_end(text: str, start: int) -> tuple[int, bool]:
    """Where a bare address that starts here ends, and whether no later text can belong to it."""
    match = _ADDRESS.match(text, start)
    if match is None:
        return text.index("//", start) + 2, not text.endswith("://")
    return start + len(_trimmed(match[0])), match.end() < len(text)


def can_follow(href: str) -> bool:
    """Whether a link may lead there."""
    return href.lower().startswith(("http:", "https:", "mailto:"))


def address_html(href: str, words: str) -> str:
    """An address that cannot be followed, in words; nothing if these words say it already."""
    if href == NOWHERE or (words and _letters(href) == _letters(words)):
        return ""
    shown = normalizeLinkText(href)
    if href.startswith("data:"):
        shown = f"{shown[:LONGEST_DATA]}…"
    return f'<span class="address"> ({escape(shown, quote=False)})</span>'


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, normalizeLinkText(text).casefold()))


def _joins(character: str) -> bool:
    """Whether a scheme after this character is only the end of a word."""
    return character.isalnum() and not is_cjk(character)


def _trimmed(address: str) -> str:
    """The address without what belongs to the sentence around it."""
    while True:
        shorter = _AFTER.sub("", address)
        opener = _PAIRS.get(shorter[-1:])
        if opener and shorter.count(shorter[-1]) > shorter.count(opener):
            shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter


def _push(state: StateInline, address: str, scheme: int) -> None:
    state.pending = state.pending[:-scheme]
    state.push("link_open", "a", 1).attrs = {"href": state.md.normalizeLink(address)}
    state.push("text", "", 0).content = address
    state.push("link_close", "a", -1)
