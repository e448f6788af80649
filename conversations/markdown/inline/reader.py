"""Markdown inside a block (emphasis, links, code, formulas) as safe HTML.

The reading is markdown-it's. The writing is done here, so that pictures become links, only
`http`, `https` and `mailto` can be followed, and everything passes the sanitiser.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from conversations.markdown.inline.addresses import (
    address_html,
    angle_address,
    bare_address,
    can_follow,
)
from conversations.markdown.inline.delimiter_runs import InlineState
from conversations.markdown.inline.footnotes import FootnoteNumbers, footnote_reference
from conversations.markdown.inline.formulas import formula_rule, formula_waits, half_formula
from conversations.markdown.inline.html_tags import OPENING, small_tag
from conversations.markdown.inline.mathml import formula_html, source_html
from conversations.markdown.inline.placeholders import (
    NO_LINK,
    NOTE,
    NOTE_END,
    SOURCE,
    TAIL,
)
from conversations.markdown.inline.sanitiser import clean_inline

DEEPEST = 20
MOST_FORMULAS = 64
# How much longer than its source HTML may be: a short label can stand for a long address.
MOST_GROWTH = 24
ALLOWANCE = 256

_BRACKET = re.compile(r"[\[\]]")
_PAIRS = {
    "em_open": "<em>",
    "em_close": "</em>",
    "strong_open": "<strong>",
    "strong_close": "</strong>",
    "s_open": "<del>",
    "s_close": "</del>",
    **{f"{name}_open": f"<{name}>" for name in ("sub", "sup", "kbd", "mark")},
    **{f"{name}_close": f"</{name}>" for name in ("sub", "sup", "kbd", "mark")},
    "softbreak": "\n",
    "hardbreak": "<br>\n",
}


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
    env = {"references": references.links, "footnotes": references.footnotes}
    state = InlineState(source, READER, env, [])
    READER.inline.tokenize(state)
    for rule in READER.inline.ruler2.getRules(""):
        rule(state)
    written = _written(state.tokens)
    if written is None or len(written) > MOST_GROWTH * len(source) + ALLOWANCE:
        return InlineHtml(plain_html(source), settled=False)
    return InlineHtml(clean_inline(written).replace(NO_LINK, ""), settled=_settled(state))


def plain_html(source: str) -> str:
    """The source as it was written."""
    return escape(source, quote=False).replace(NO_LINK, "")


def _written(tokens: list[Token]) -> str | None:
    """HTML that still has to be sanitised; None if it would nest too deeply."""
    if any(token.nesting > 0 and token.level >= DEEPEST for token in tokens):
        return None
    formulas = 0
    in_link = False
    opened = 0
    out: list[str] = []
    half_written = _half_written(tokens)
    for place, token in enumerate(tokens):
        if place in half_written:
            continue
        if token.type in ("link_open", "link_close"):
            in_link = token.type == "link_open"
            opened = place if in_link else opened
        formulas += token.type == "formula"
        if token.type == "formula" and formulas > MOST_FORMULAS:
            out.append(source_html(token.content))
        elif token.type == "image" and in_link:
            source = escape(str(token.attrs["src"]))
            label = escape(_label(token), quote=False)
            out.append(f'<span class="image" title="{source}">{label}</span>')
        elif token.type == "link_close":
            out.append(_link_close(tokens[opened], _plain(tokens[opened:place])))
        else:
            out.append(_token_html(token))
    return "".join(out)


def _half_written(tokens: list[Token]) -> set[int]:
    """The marks that no text has closed yet: around where text continues, nothing is marked."""
    opened: list[int] = []
    half: set[int] = set()
    for place, token in enumerate(tokens):
        if token.nesting > 0 and token.type in _PAIRS:
            opened.append(place)
        elif token.nesting < 0 and token.type in _PAIRS and opened:
            half |= {place} if opened.pop() in half else set()
        elif TAIL in token.content:
            half.update(opened)
    return half


def _token_html(token: Token) -> str:
    kind = token.type
    if kind in _PAIRS:
        return _PAIRS[kind]
    text = escape(token.content, quote=False)
    if kind == "code_inline":
        return text if TAIL in text else f"<code>{text}</code>"
    if kind == "link_open":
        return _link_open(str(token.attrs["href"]), str(token.attrs.get("title", "")))
    if kind == "image":
        return _image(token)
    if kind == "formula":
        return formula_html(token.content, display=token.markup == "$$")
    if kind == "footnote_reference":
        return f"{NOTE}{text}{NOTE_END}"
    return text


def _link_open(href: str, title: str, name: str = "") -> str:
    attributes = f' class="{name}"' if name else ""
    if can_follow(href):
        attributes += f' href="{escape(href)}"'
    if title:
        attributes += f' title="{escape(title)}"'
    return f"<a{attributes}>"


def _link_close(opening: Token, words: str) -> str:
    """The end of a link; where one cannot go is told in words, unless the link's own say it."""
    href = str(opening.attrs["href"])
    if can_follow(href):
        return "</a>" if words.strip() else f"{escape(href, quote=False)}</a>"
    return f"</a>{address_html(href, words)}"


def _image(token: Token) -> str:
    """A picture is fetched from nowhere: the reader gets a link with its description."""
    source, label = str(token.attrs["src"]), _label(token)
    opening = _link_open(source, str(token.attrs.get("title", "")), "image")
    after = "" if can_follow(source) else address_html(source, label)
    return f"{opening}{escape(label, quote=False)}</a>{after}"


def _label(image: Token) -> str:
    return _plain(image.children or []) or str(image.attrs["src"])


def _plain(tokens: list[Token]) -> str:
    return "".join(
        _plain(token.children) if token.children else token.content or " " * ("break" in token.type)
        for token in tokens
    )


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
