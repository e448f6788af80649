r"""Formulas within a line: `$…$`, `$$…$$`, `\(…\)` and `\[…\]`, as rules for markdown-it.

A single dollar is money more often than mathematics. It opens a formula only before a character
that is no space, and closes one only after such a character and not before a digit; and what
starts with a digit and goes on with words is an amount.
"""

import re

from markdown_it.rules_inline import StateInline

from conversations.markdown.reserved import SOURCE, SOURCE_END

LONGEST = 1_000
AMOUNT = r"\d[^$]*?\s[^\W\d_]{2,}"
DOLLARS = re.compile(
    rf"\$\$(?P<display>(?:\\.|[^\\$]){{1,{LONGEST}}})\$\$(?!\$)"
    rf"|\$(?![\s$])(?!{AMOUNT})(?P<inline>(?:\\.|[^\\$]){{1,{LONGEST}}})(?<!\s)\$(?![\d$])",
    re.DOTALL,
)
ESCAPED = re.compile(
    rf"\\\((?P<inline>.{{1,{LONGEST}}}?)\\\)|\\\[(?P<display>.{{1,{LONGEST}}}?)\\\]", re.DOTALL
)
_OPEN_DOLLAR = re.compile(r"\$(?![\s$])([^$]*)$")


def dollar_formula(state: StateInline, silent: bool) -> bool:
    """`$…$` or `$$…$$`."""
    return _formula(DOLLARS, "$", state, silent)


def escaped_formula(state: StateInline, silent: bool) -> bool:
    r"""`\(…\)` or `\[…\]`."""
    return _formula(ESCAPED, "\\", state, silent)


def dollar_waits(source: str) -> bool:
    """Whether the last dollar of a text may open a formula that ends in later text."""
    match = _OPEN_DOLLAR.search(source)
    return match is not None and len(match[1]) <= LONGEST and not re.match(AMOUNT, match[1])


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
    if match is None or not any(character.isalnum() for character in match[0]):
        return False
    if not silent:
        token = state.push("formula", "math", 0)
        token.content = match["display"] or match["inline"]
        token.markup = "$$" if match["display"] else "$"
    state.pos = match.end()
    return True
