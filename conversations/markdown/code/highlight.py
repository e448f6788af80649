"""Source code as HTML: escaped text in which what has a colour stands in a classed span.

A lexer's state is carried from line to line, so that code can be coloured as it comes. Some
lexers look over several lines at once; therefore a chunk is coloured once more as a whole when it
is complete, and a short block as a whole when it ends. A long one stays as its chunks were: no
step reads more than a few thousand characters.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pygments.lexer import ExtendedRegexLexer, Lexer, RegexLexer
from pygments.token import Token, _TokenType

from conversations.markdown.code.languages import lexer_for

CHUNK = 50
LONGEST_BLOCK = 4_000
LONGEST_CHUNK = 5_000
LONGEST_LINE = 1_000
MOST = 100_000
DEEPEST = 64

# Kinds that the style sheet colours; a kind not listed takes the class of its nearest parent.
COLOURED = {
    Token.Comment: "c",
    Token.Error: "",
    Token.Generic.Deleted: "gd",
    Token.Generic.Heading: "gh",
    Token.Generic.Inserted: "gi",
    Token.Generic.Output: "go",
    Token.Generic.Prompt: "gp",
    Token.Keyword: "k",
    Token.Literal: "s",
    Token.Literal.Number: "m",
    Token.Literal.String: "s",
    Token.Literal.String.Interpol: "",
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

Tokens = Iterable[tuple[_TokenType, str]]


def block_chunks(code: str, language: str) -> list[str]:
    """The chunks of a block that has ended."""
    lexer = lexer_for(language)
    if lexer is not None and len(code) <= LONGEST_BLOCK:
        return _in_chunks(coloured_html(_whole(lexer, code)))
    colours = Colours(language)
    return [colours.chunk(lines) for lines in _chunked(lines_of(code))]


@dataclass(slots=True)
class Colours:
    """Colours code that comes bit by bit; keeps the lexer's state between the bits."""

    language: str
    _states: tuple[str, ...] = ("root",)
    _read: int = 0

    def copy(self) -> "Colours":
        """Another that continues from here."""
        return Colours(self.language, self._states, self._read)

    def chunk(self, lines: list[str]) -> str:
        """Some whole lines, read as one text if they are short enough for that."""
        text = "".join(lines)
        if len(text) > LONGEST_CHUNK:
            return "".join(self.line(line) for line in lines)
        return self._coloured(text)

    def line(self, line: str) -> str:
        """One whole line."""
        if len(line) > LONGEST_LINE:
            return escaped(line)
        return self._coloured(line)

    def _coloured(self, text: str) -> str:
        lexer = lexer_for(self.language)
        self._read += len(text)
        if lexer is None or self._read > MOST:
            return escaped(text)
        if not isinstance(lexer, RegexLexer) or isinstance(lexer, ExtendedRegexLexer):
            return coloured_html(_whole(lexer, text))
        states = list(self._states)
        coloured = coloured_html(_from_states(lexer, text, states))
        self._states = tuple(states) if len(states) <= DEEPEST else ("root",)
        return coloured


def chunks_html(chunks: list[str]) -> str:
    """Chunks of 50 lines, so that the browser lays out only those in sight."""
    return "".join(f'<span class="chunk">{chunk}</span>' for chunk in chunks)


def lines_of(text: str) -> list[str]:
    """The lines with their ends. Only a line feed ends one: code may hold other separators."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def escaped(text: str) -> str:
    """Text as it is, fit for HTML."""
    return html.escape(text, quote=False)


def coloured_html(tokens: Tokens) -> str:
    """Spans never reach over a line's end, so that lines can be taken apart."""
    out: list[str] = []
    current, run = "", ""
    for kind, text in tokens:
        name = css_class(kind)
        if name != current and not (run and text.isspace()):
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


def _whole(lexer: Lexer, code: str) -> Tokens:
    return ((kind, text) for _, kind, text in lexer.get_tokens_unprocessed(code))


def _from_states(
    lexer: RegexLexer, text: str, states: list[str]
) -> Iterator[tuple[_TokenType, str]]:
    """Tokens of the text, read from these states on; leaves the states after it in the list."""
    table: dict[str, list[tuple[Any, Any, Any]]] = vars(type(lexer))["_tokens"]
    place = 0
    while place < len(text):
        for match_at, action, then in table[states[-1]]:
            match = match_at(text, place)
            if match is None:
                continue
            if isinstance(action, _TokenType):
                yield action, match.group()
            elif action is not None:
                yield from ((kind, part) for _, kind, part in action(lexer, match) if part)
            place = match.end()
            if then is not None:
                _change(states, then)
            break
        else:
            if text[place] == "\n":
                states[:] = ["root"]
            yield (Token.Text if text[place] == "\n" else Token.Error), text[place]
            place += 1


def _change(states: list[str], then: tuple[str, ...] | int | str) -> None:
    if isinstance(then, int):
        del states[max(1, len(states) + then) :]
        return
    for step in (then,) if isinstance(then, str) else then:
        if step == "#pop":
            del states[max(1, len(states) - 1) :]
        elif step == "#push":
            states.append(states[-1])
        else:
            states.append(step)


def _in_chunks(coloured: str) -> list[str]:
    return ["".join(lines) for lines in _chunked(lines_of(coloured))]


def _chunked(lines: list[str]) -> list[list[str]]:
    return [lines[start : start + CHUNK] for start in range(0, len(lines), CHUNK)] or [[]]


def _span(name: str, text: str) -> str:
    coloured = escaped(text)
    if not name or not text:
        return coloured
    return "\n".join(
        f'<span class="{name}">{line}</span>' if line else "" for line in coloured.split("\n")
    )
