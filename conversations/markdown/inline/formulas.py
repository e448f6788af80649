r"""Formulas within a line: `$…$`, `$$…$$`, `\(…\)`, `\[…\]` and `\begin{align}…\end{align}`.

A single dollar is money or a variable's name more often than mathematics. It opens a formula only
before a character that is no space, and closes one only after such a character and not before a
digit; what starts with a digit and continues with words is an amount; a letter may touch a dollar
from outside only where the inside cannot be anything but mathematics. Escaped brackets are
brackets unless they hold mathematics: see `mathematics`.
"""

import re
from dataclasses import dataclass

from markdown_it.rules_inline import StateInline

from conversations.markdown.inline.cjk import CJK
from conversations.markdown.inline.formula_or_prose import (
    has_strong_sign,
    is_display,
    is_formula,
    is_prose,
)
from conversations.markdown.inline.placeholders import SOURCE, SOURCE_END

LONGEST = 1_000
ENVIRONMENTS = (
    r"(?:align|alignat|aligned|alignedat|array|(?:[dr]|dr)?cases|eqnarray|equation|flalign|gather"
    r"|gathered|multline|split|(?:[bBpvV]|small)?matrix)\*?"
)
BEGIN = re.compile(rf"\\begin\{{({ENVIRONMENTS})\}}")

_DISPLAY = re.compile(rf"\$\$((?:\\.|\$(?!\$)|[^\\$]){{1,{LONGEST}}}?)\$\$(?!\$)", re.DOTALL)
_DOLLARS = re.compile(rf"\$(?![\s$])((?:\\.|[^\\$]){{1,{LONGEST}}})(?<!\s)\$(?![\d$])", re.DOTALL)
_AMOUNT = re.compile(rf"\d[^$\\]*?(?:\s[^\W\d_]{{2,}}|[{CJK}])")
_VARIABLE = re.compile(r"\{[A-Za-z_]\w+\}|[A-Za-z_][\w.]*(?:\[['\"]|->|::|\(['\"]|\+\+)")
_OPEN_DOLLAR = re.compile(r"(?<![\\$])\$(?![\s$])((?:\\.|[^\\$])+)$", re.DOTALL)
_STARTS = ("\\(", "\\[", "\\begin{")
_CLOSERS = {"\\(": "\\)", "\\[": "\\]"}


@dataclass(frozen=True, slots=True)
class InlineFormula:
    """A formula in a text: where it ends, and its TeX."""

    end: int
    source: str
    display: bool


def formula_at(text: str, start: int, stop: int) -> InlineFormula | None:
    """The formula that starts here, if one does."""
    if text.startswith("$$", start):
        return _double(text, start, stop)
    if text.startswith("$", start):
        return _single(text, start, stop)
    if text.startswith(("\\(", "\\["), start):
        return _bracketed(text, start, stop)
    return _environment(text, start, stop) if text.startswith("\\begin{", start) else None


def may_read_as_formula(text: str, start: int) -> bool:
    """Whether it depends on text to come if the mark here is the beginning of a formula."""
    body = _half_body(text, start)
    return len(body) <= LONGEST and not _AMOUNT.match(body) and not is_prose(body)


def reads_as_formula(text: str, start: int) -> bool:
    """Whether the mark here is the beginning of a formula for sure, though its end is missing."""
    body = _half_body(text, start)
    if text.startswith("\\begin{", start):
        return bool(BEGIN.match(text, start))
    if len(body) > LONGEST or is_prose(body) or not has_strong_sign(body):
        return False
    if text[start] == "$" and not text.startswith("$$", start):
        return _may_be_formula(text, start, body)
    return not (text.startswith("\\[", start) and _is_index(text, start, body))


def _half_body(text: str, start: int) -> str:
    return text[start:].lstrip("$") if text[start] == "$" else text[start + 2 :]


def formula_rule(state: StateInline, silent: bool) -> bool:
    """Any of these formulas, as a rule for markdown-it."""
    if state.src[state.pos] not in "$\\":
        return False
    found = formula_at(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        token = state.push("formula", "math", 0)
        token.content = found.source
        token.markup = "$$" if found.display else "$"
    state.pos = found.end
    return True


def formula_waits(text: str) -> bool:
    """Whether later text may close a formula that this text opened."""
    match = _OPEN_DOLLAR.search(text, max(0, len(text) - LONGEST))
    if match and not _AMOUNT.match(match[1]) and not is_prose(match[1]):
        return True
    return any(_is_open(text, mark) for mark in ("$$", *_STARTS))


def half_formula(state: StateInline, silent: bool) -> bool:
    """A formula that is still being written: its source."""
    if state.src[state.pos] != SOURCE:
        return False
    end = state.src.index(SOURCE_END, state.pos)
    if not silent:
        state.push("half_formula", "code", 0).content = state.src[state.pos + 1 : end]
    state.pos = end + 1
    return True


def _is_open(text: str, mark: str) -> bool:
    start = text.rfind(mark)
    if start < 0 or len(text) - start > LONGEST or is_prose(text[start:]):
        return False
    if mark == "$$":
        return text.count("$$") % 2 == 1
    return text.find(_CLOSERS.get(mark, "\\end{"), start + len(mark)) < 0


def _double(text: str, start: int, stop: int) -> InlineFormula | None:
    match = _DISPLAY.match(text, start, stop)
    if match is None or not is_formula(match[1]) or "`" in match[1]:
        return None
    return InlineFormula(match.end(), match[1], display=True)


def _single(text: str, start: int, stop: int) -> InlineFormula | None:
    match = _DOLLARS.match(text, start, stop)
    if match is None or not _may_be_formula(text, start, match[1]):
        return None
    after = text[match.end() : match.end() + 1]
    if _is_word(after) and not _is_mathematics_only(match[1]):
        return None
    if after in ("(", "{", "[", "/") and match[1][-1] in "/:=+-*([{|&.":
        return None
    if not any(character.isalnum() for character in match[1]):
        return None
    return InlineFormula(match.end(), match[1], display=False)


def _may_be_formula(text: str, start: int, body: str) -> bool:
    if "`" in body or body.count('"') % 2 or _AMOUNT.match(body) or _VARIABLE.match(body):
        return False
    if start and _is_word(text[start - 1]) and not has_strong_sign(body):
        return False
    return not is_prose(body)


def _is_mathematics_only(body: str) -> bool:
    """Whether a letter may follow the closing dollar, as in `$n$th`."""
    return len(body) == 1 or (has_strong_sign(body) and (body[-1].isalnum() or body[-1] in ")}]'|"))


def _is_word(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character == "_")


def _bracketed(text: str, start: int, stop: int) -> InlineFormula | None:
    mark = text[start : start + 2]
    end = text.find(_CLOSERS[mark], start + 2, min(stop, start + LONGEST + 4))
    if end < 0:
        return None
    body = text[start + 2 : end]
    if "`" in body or _is_index(text, start, body):
        return None
    if not (is_formula(body) if mark == "\\(" else is_display(body)):
        return None
    return InlineFormula(end + 2, body, display=mark == "\\[")


def _is_index(text: str, start: int, body: str) -> bool:
    r"""Whether the brackets belong to what stands before them: `a\[0\]`, `f\(x\)`, `item\(s\)`."""
    if not start or not (_is_word(text[start - 1]) or text[start - 1] in ")]"):
        return False
    return not (body[:1].isspace() and has_strong_sign(body))


def _environment(text: str, start: int, stop: int) -> InlineFormula | None:
    match = BEGIN.match(text, start, stop)
    if match is None:
        return None
    closer = f"\\end{{{match[1]}}}"
    end = text.find(closer, match.end(), min(stop, start + LONGEST))
    if end < 0:
        return None
    return InlineFormula(end + len(closer), text[start : end + len(closer)], display=True)
