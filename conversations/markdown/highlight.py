"""Source code as HTML: escaped text in which what has a colour stands in a classed span."""

import html
import re
from collections.abc import Iterable
from functools import lru_cache

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token, _TokenType
from pygments.util import ClassNotFound

# Kinds that the style sheet colours; a kind not listed takes the class of its nearest parent.
COLOURED = {
    Token.Comment: "c",
    Token.Error: "",
    Token.Generic.Deleted: "gd",
    Token.Generic.Heading: "gh",
    Token.Generic.Inserted: "gi",
    Token.Generic.Prompt: "gp",
    Token.Keyword: "k",
    Token.Literal: "s",
    Token.Literal.Number: "m",
    Token.Literal.String: "s",
    Token.Name.Attribute: "na",
    Token.Name.Builtin: "nb",
    Token.Name.Class: "nc",
    Token.Name.Decorator: "nd",
    Token.Name.Exception: "nc",
    Token.Name.Function: "nf",
    Token.Name.Tag: "nt",
    Token.Name.Variable: "nv",
    Token.Operator.Word: "k",
}


@lru_cache(maxsize=64)
def lexer_for(language: str) -> Lexer | None:
    """The lexer of a language named in a fence; None when nobody knows it."""
    if not re.fullmatch(r"[\w+#.-]{1,40}", language):
        return None
    try:
        return get_lexer_by_name(language.lower(), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def code_html(code: str, language: str) -> str:
    """The code coloured, character for character the code."""
    lexer = lexer_for(language)
    if lexer is None:
        return html.escape(code, quote=False)
    return tokens_html((kind, text) for _, kind, text in lexer.get_tokens_unprocessed(code))


def tokens_html(tokens: Iterable[tuple[_TokenType, str]]) -> str:
    """Spans never reach over a line's end, so that lines can be taken apart."""
    out: list[str] = []
    current, run = "", ""
    for kind, text in tokens:
        name = css_class(kind)
        if name != current and not (text.isspace() and run):
            out.append(_span(current, run))
            current, run = name, ""
        run += text
    out.append(_span(current, run))
    return "".join(out)


@lru_cache(maxsize=1024)
def css_class(kind: _TokenType) -> str:
    """The class of a token's kind, "" for plain text."""
    nearest: _TokenType | None = kind
    while nearest is not None and nearest not in COLOURED:
        nearest = nearest.parent
    return COLOURED[nearest] if nearest is not None else ""


def _span(name: str, text: str) -> str:
    escaped = html.escape(text, quote=False)
    if not name or not text:
        return escaped
    return "\n".join(
        f'<span class="{name}">{line}</span>' if line else "" for line in escaped.split("\n")
    )
