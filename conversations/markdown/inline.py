"""Markdown inside a block (emphasis, links, code, formulas) as safe HTML.

The reading is markdown-it's; the writing is done here, so that pictures become links, only
`http`, `https` and `mailto` can be followed, and everything passes the sanitiser.
"""

import html
from collections.abc import Mapping
from typing import Any

from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.token import Token

from conversations.markdown.formulas import dollar_formula, escaped_formula
from conversations.markdown.maths import formula_html
from conversations.markdown.sanitise import clean_inline

_PAIRS = {
    "em_open": "<em>",
    "em_close": "</em>",
    "strong_open": "<strong>",
    "strong_close": "</strong>",
    "s_open": "<del>",
    "s_close": "</del>",
    "link_close": "</a>",
    "softbreak": "\n",
    "hardbreak": "<br>\n",
}


def reader() -> MarkdownIt:
    """CommonMark without raw HTML, with tables, strikethrough, bare links and formulas."""
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True})
    parser.enable(["table", "strikethrough", "linkify"])
    parser.disable(["html_block", "html_inline"])
    # Only whole addresses become links: `main.py` is a file name more often than a host.
    links = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    parser.linkify = links.add("ftp:", None).add("//", None)
    parser.inline.ruler.before("escape", "escaped_formula", escaped_formula)
    parser.inline.ruler.before("escape", "dollar_formula", dollar_formula)
    return parser


READER = reader()


def inline_html(content: str, references: Mapping[str, Any]) -> str:
    """The content of a paragraph, heading or cell."""
    tokens = READER.parseInline(content, {"references": references})
    return clean_inline(tokens_html(tokens[0].children or []))


def tokens_html(tokens: list[Token]) -> str:
    """HTML that still has to be sanitised."""
    return "".join(_token_html(token) for token in tokens)


def _token_html(token: Token) -> str:
    kind = token.type
    if kind in _PAIRS:
        return _PAIRS[kind]
    if kind == "code_inline":
        return f"<code>{html.escape(token.content, quote=False)}</code>"
    if kind == "link_open":
        return _link_open(str(token.attrs["href"]), str(token.attrs.get("title", "")))
    if kind == "image":
        return _image(token)
    if kind == "formula":
        return formula_html(token.content, display=token.markup in ("$$", "\\["))
    return html.escape(token.content, quote=False)


def _link_open(href: str, title: str, name: str = "") -> str:
    attributes = f' class="{name}"' if name else ""
    if href.lower().startswith(("http:", "https:", "mailto:")):
        attributes += f' href="{html.escape(href)}"'
    if title:
        attributes += f' title="{html.escape(title)}"'
    return f"<a{attributes}>"


def _image(token: Token) -> str:
    """A picture is fetched from nowhere: the reader gets a link with its description."""
    source = str(token.attrs["src"])
    label = _plain(token.children or []).strip() or source
    opening = _link_open(source, str(token.attrs.get("title", "")), "image")
    return f"{opening}{html.escape(label, quote=False)}</a>"


def _plain(tokens: list[Token]) -> str:
    return "".join(
        _plain(token.children) if token.children else token.content or " " * ("break" in token.type)
        for token in tokens
    )
