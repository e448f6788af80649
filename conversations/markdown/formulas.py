r"""Formulas within a line: `$…$`, `$$…$$`, `\(…\)` and `\[…\]`, as rules for markdown-it.

A single dollar is money more often than mathematics. It opens a formula only before a character
that is no space, and closes one only after such a character and not before a digit.
"""

import re

from markdown_it.rules_inline import StateInline

from conversations.markdown.reserved import SOURCE, SOURCE_END

DOLLARS = re.compile(
    r"\$\$(?P<display>(?:\\.|[^\\$])+)\$\$(?!\$)"
    r"|\$(?![\s$])(?P<inline>(?:\\.|[^\\$])+)(?<!\s)\$(?![\d$])",
    re.DOTALL,
)
ESCAPED = re.compile(r"\\\((?P<inline>.+?)\\\)|\\\[(?P<display>.+?)\\\]", re.DOTALL)


def dollar_formula(state: StateInline, silent: bool) -> bool:
    """`$…$` or `$$…$$`."""
    return _formula(DOLLARS, "$", state, silent)


def escaped_formula(state: StateInline, silent: bool) -> bool:
    r"""`\(…\)` or `\[…\]`."""
    return _formula(ESCAPED, "\\", state, silent)


def half_formula(state: StateInline, silent: bool) -> bool:
    """A formula that is still being written: its source."""
    if state.src[state.pos] != SOURCE:
        return False
    end = state.src.index(SOURCE_END, state.pos)
    if not silent:
        state.push("half_formula", "code", 0).content = state.src[state.pos + 1 : end]
    state.pos = end + 1
    return True


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
