"""Tokens of a text, and what of them a search looks for. Pure.

A word is one token. Of writing without spaces each character is one, together with the next: so
whatever is part of it is a row of tokens. A `Term` says once what it finds, for the index as
tokens, for a text as a pattern; both find the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from conversations.search.index.folding import UNSPACED, fold

LONGEST_TOKEN = 64
"""Longer words are several tokens, one after the other."""
INSIDE = "="
"""Begins a token that no word begins with."""

PIECE = re.compile(f"[{UNSPACED}]+|[^ {UNSPACED}]+")
IS_UNSPACED = re.compile(f"[{UNSPACED}]")
WORD_STARTS = f"(?<![^ {UNSPACED}])"
WORD_ENDS = f"(?![^ {UNSPACED}])"
REST_OF_WORD = f"[^ {UNSPACED}]*"
SHORTEST_PREFIX = 2
"""One letter alone stands for itself, or it would find nearly everything."""


def tokens(text: str) -> list[str]:
    """The tokens of a text, in order."""
    folded = fold(text)
    if not IS_UNSPACED.search(folded):
        words = folded.split()
        if max(map(len, words), default=0) <= LONGEST_TOKEN:
            return words
    return [token for piece in PIECE.findall(folded) for token in _tokens_of(piece)]


def token_row(text: str) -> str:
    """The tokens of a text as they are stored: a space before, between and after them."""
    return f" {' '.join(tokens(text))} "


def _tokens_of(piece: str) -> Iterator[str]:
    """The last token of writing without spaces is one character: it ends there."""
    if IS_UNSPACED.match(piece):
        yield from (piece[start : start + 2] for start in range(len(piece)))
        return
    yield piece[:LONGEST_TOKEN]
    for start in range(LONGEST_TOKEN, len(piece), LONGEST_TOKEN):
        yield INSIDE + piece[start : start + LONGEST_TOKEN]


@dataclass(frozen=True)
class Term:
    """Words one after the other. `whole`: the last one has to end there."""

    pieces: tuple[str, ...]
    whole: bool = False

    @cached_property
    def is_prefix(self) -> bool:
        """Whether the last of the tokens may be longer in a text."""
        last = self.pieces[-1]
        if IS_UNSPACED.match(last):
            return len(last) == 1
        return not self.whole and len(last) >= SHORTEST_PREFIX

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """What stands in the index one after the other."""
        found = [token for piece in self.pieces for token in _tokens_of(piece)]
        last = self.pieces[-1]
        if IS_UNSPACED.match(last) and len(last) > 1:
            found.pop()  # more may follow there
        return tuple(found)

    @cached_property
    def row(self) -> str:
        """What a stored row of tokens holds if it has this term."""
        return f" {' '.join(self.tokens)}" + ("" if self.is_prefix else " ")

    @cached_property
    def pattern(self) -> str:
        """What folded text holds if it has this term: the whole last word where that is longer."""
        first, last = self.pieces[0], self.pieces[-1]
        start = "" if IS_UNSPACED.match(first) else WORD_STARTS
        end = "" if IS_UNSPACED.match(last) else (REST_OF_WORD if self.is_prefix else WORD_ENDS)
        words = [re.escape(first)]
        for before, piece in zip(self.pieces, self.pieces[1:], strict=False):
            touch = bool(IS_UNSPACED.match(before)) != bool(IS_UNSPACED.match(piece))
            words.append((" *" if touch else " +") + re.escape(piece))
        return start + "".join(words) + end


def term(text: str, *, whole: bool = False) -> Term | None:
    """What to look for where somebody wrote this; None if there is no letter in it."""
    pieces = tuple(PIECE.findall(fold(text)))
    return Term(pieces, whole) if pieces else None


def pattern(terms: Iterable[Term]) -> re.Pattern[str]:
    """Finds every term in folded text; where several begin, the longest."""
    alternatives = sorted((each.pattern for each in terms), key=len, reverse=True)
    return re.compile("|".join(alternatives) or r"(?!)")
