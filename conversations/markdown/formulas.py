r"""Formulas within a line: `$…$`, `$$…$$`, `\(…\)` and `\[…\]`, as rules for markdown-it.

A single dollar is money more often than mathematics. It opens a formula only before a character
that is no space, and closes one only after such a character and not before a digit.
"""

import re

from markdown_it.rules_inline import StateInline

_DOLLARS = re.compile(
    r"\$\$(?P<display>(?:\\.|[^\\$])+)\$\$(?!\$)"
    r"|\$(?![\s$])(?P<inline>(?:\\.|[^\\$])+)(?<!\s)\$(?![\d$])",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\\((?P<inline>.+?)\\\)|\\\[(?P<display>.+?)\\\]", re.DOTALL)


def dollar_formula(state: StateInline, silent: bool) -> bool:
    """`$…$` or `$$…$$`."""
    return _formula(_DOLLARS, "$", state, silent)


def escaped_formula(state: StateInline, silent: bool) -> bool:
    r"""`\(…\)` or `\[…\]`."""
    return _formula(_ESCAPED, "\\", state, silent)


def _formula(form: re.Pattern[str], opener: str, state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != opener:
        return False
    match = form.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("formula", "math", 0)
        token.content = match["display"] or match["inline"]
        token.markup = "$$" if match["display"] else "$"
    state.pos = match.end()
    return True
