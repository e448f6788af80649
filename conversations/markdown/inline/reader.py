"""Markdown inside a block (emphasis, links, code, formulas) as safe HTML.

The reading is markdown-it's, with rules of our own. The writing is done by `token_html`, and
everything passes the sanitiser.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from markdown_it import MarkdownIt

from conversations.markdown.inline.addresses import angle_address, bare_address
from conversations.markdown.inline.delimiter_runs import InlineState
from conversations.markdown.inline.footnotes import FootnoteNumbers, footnote_reference
from conversations.markdown.inline.formulas import formula_rule, formula_waits, half_formula
from conversations.markdown.inline.html_tags import OPENING, small_tag
from conversations.markdown.inline.placeholders import NO_LINK, SOURCE
from conversations.markdown.inline.sanitiser import clean_inline
from conversations.markdown.inline.token_html import tokens_html

# How much longer than its source HTML may be: a short label can stand for a long address.
MOST_GROWTH = 24
ALLOWANCE = 256

_BRACKET = re.compile(r"[\[\]]")

# Text in which nothing means anything but itself: no character that could, or one where it cannot:
# a colon that begins no address, an exclamation mark before no picture, an underscore within a
# word, a line end with no spaces around it.
_LETTERS = rf"[^\n!$&*:<\[\\\]_`~{SOURCE}{NO_LINK}]*+"
_HARMLESS = r":(?!//)|!(?!\[)|(?<=[A-Za-z\d])_(?=[A-Za-z\d])|(?<!\s)\n(?!\s)"
_PLAIN = re.compile(rf"{_LETTERS}(?:(?:{_HARMLESS}){_LETTERS})*+")


@dataclass(slots=True)
class References:
    """What labels stand for: addresses by their definitions, numbers by their footnotes.

    `footnotes` is None as long as more of them may come: then every reference shows its label.
    """

    links: dict[str, Mapping[str, str]] = field(default_factory=dict)
    footnotes: FootnoteNumbers | None = None

    @property
    def version(self) -> tuple[int, bool]:
        """Changes whenever text could come out differently."""
        return len(self.links), self.footnotes is not None


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False})
    reader.enable("strikethrough").disable("html_inline")
    rules = reader.inline.ruler
    rules.at("autolink", angle_address)
    rules.before("autolink", "small_tag", small_tag)
    rules.before("newline", "bare_address", bare_address)
    rules.before("escape", "formula", formula_rule)
    rules.before("escape", "half_formula", half_formula)
    rules.before("link", "footnote_reference", footnote_reference)
    # Where a word ends for the reader: every character listed costs a round of all rules.
    reader.inline.terminator_re = re.compile(rf"[\n!$&*:<\[\\\]_`~{SOURCE}]")
    return reader


READER = _reader()


@dataclass(frozen=True, slots=True)
class InlineHtml:
    """A text read; `settled` says that nothing in it could be changed by text that follows."""

    html: str
    settled: bool


def inline_html(source: str, references: References) -> str:
    """The source as sanitised HTML, or as plain text where that would grow out of bounds."""
    return read_inline(source, references).html


def read_inline(source: str, references: References) -> InlineHtml:
    """The same, and whether it can stand for itself."""
    if is_plain(source):
        return InlineHtml(plain_html(source).replace("\xa0", "&nbsp;"), settled=True)
    env = {"references": references.links, "footnotes": references.footnotes}
    state = InlineState(source, READER, env, [])
    READER.inline.tokenize(state)
    for rule in READER.inline.ruler2.getRules(""):
        rule(state)
    written = tokens_html(state.tokens)
    if written is None or len(written) > MOST_GROWTH * len(source) + ALLOWANCE:
        return InlineHtml(plain_html(source), settled=False)
    return InlineHtml(clean_inline(written).replace(NO_LINK, ""), settled=_settled(state))


def is_plain(source: str) -> bool:
    """Whether the source stands for itself, so that reading it would find nothing."""
    return _PLAIN.fullmatch(source) is not None


def plain_html(source: str) -> str:
    """The source as it was written."""
    return escape(source, quote=False).replace(NO_LINK, "")


def _settled(state: InlineState) -> bool:
    """No opening mark waits for its closing one."""
    if any(mark.open and mark.end < 0 for mark in state.delimiters):
        return False
    depth = 0
    formula = False
    for token in state.tokens:
        formula = formula or token.markup in ("\\(", "\\[")
        if token.type != "text":
            continue
        text = token.content
        formula = formula or "$" in text or "\\" in text
        if "`" in text or "<" in text.rpartition(" ")[2] or OPENING.search(text):
            return False
        for mark in _BRACKET.findall(text):
            depth = depth + 1 if mark == "[" else max(0, depth - 1)
    return depth == 0 and not (formula and formula_waits(state.src))
