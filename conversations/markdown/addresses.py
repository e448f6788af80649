"""Bare addresses, `https://…`, as links: a rule for markdown-it.

As in GitHub's dialect, what ends a sentence does not belong to an address, nor a bracket that was
opened before it. Only whole addresses count: `main.py` is a file name more often than a host.
"""

import re

from markdown_it.rules_inline import StateInline

_ADDRESS = re.compile(r"https?://[^\W_][^\s<>\"`|\u3000-\u303f\uff01-\uff65]*", re.IGNORECASE)
_AFTER = re.compile(r"[?!.,:;*_~'\"]+$|&\w+;$")


def bare_address(state: StateInline, silent: bool) -> bool:
    """`http://` or `https://` and what follows, unless it stands in a link."""
    if state.linkLevel > 0 or not state.src.startswith("://", state.pos):
        return False
    scheme = state.src[max(0, state.pos - 5) : state.pos].lower()
    scheme = "https" if scheme == "https" else "http" if scheme.endswith("http") else ""
    start = state.pos - len(scheme)
    if not scheme or (start > 0 and state.src[start - 1].isalnum()):
        return False
    match = _ADDRESS.match(state.src, start, state.posMax)
    if match is None or (not silent and not state.pending.lower().endswith(scheme)):
        return False
    address = _trimmed(match[0])
    if not silent:
        _push(state, address, len(scheme))
    state.pos = start + len(address)
    return True


def _trimmed(address: str) -> str:
    """The address without what belongs to the sentence around it."""
    while True:
        shorter = _AFTER.sub("", address)
        if shorter.endswith(")") and shorter.count(")") > shorter.count("("):
            shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter


def _push(state: StateInline, address: str, scheme: int) -> None:
    state.pending = state.pending[:-scheme]
    state.push("link_open", "a", 1).attrs = {"href": state.md.normalizeLink(address)}
    state.push("text", "", 0).content = address
    state.push("link_close", "a", -1)
