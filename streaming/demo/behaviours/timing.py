"""Cutting a text into deltas, each with the seconds to wait before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from streaming.demo.behaviours.steps import Channel, Text

# White space and up to eight characters of a word, much as the tokens of a model.
_TOKEN = re.compile(r"\s*\S{1,6}(?:\S{1,2}(?!\S))?|\s+")
_WORD = re.compile(r"\s*\S+|\s+")
# The average is 1, so the average pace is the one asked for.
_JITTER = (0.5, 1.3, 0.7, 1.6, 0.9, 0.6, 1.8, 0.4, 1.1, 1.4, 0.8, 0.9)


def varied(text: str, per_second: float, channel: Channel = "text") -> Iterator[Text]:
    """Deltas of three to eight characters, now a little faster and now a little slower."""
    for number, piece in enumerate(_token_sized(text)):
        yield Text(piece, _JITTER[number % len(_JITTER)] / per_second, channel)


def words(text: str, per_second: float) -> Iterator[Text]:
    """Word by word, steadily."""
    for match in _WORD.finditer(text):
        yield Text(match[0], 1 / per_second)


def steady(text: str, size: int, per_second: float) -> Iterator[Text]:
    """Deltas of exactly `size` characters (the last one may be shorter)."""
    for start in range(0, len(text), size):
        yield Text(text[start : start + size], 1 / per_second)


def utf16_units(text: str, per_second: float) -> Iterator[Text]:
    """One UTF-16 unit at a time, as servers do that count in them: two deltas for a pair."""
    for character in text:
        units = character.encode("utf-16-be", "surrogatepass")
        for start in range(0, len(units), 2):
            yield Text(chr(int.from_bytes(units[start : start + 2], "big")), 1 / per_second)


def delayed(seconds: float, deltas: Iterator[Text]) -> Iterator[Text]:
    """The same deltas, the first one after that many seconds."""
    for first in deltas:
        yield replace(first, after=seconds)
        break
    yield from deltas


def _token_sized(text: str) -> Iterator[str]:
    piece = ""
    for match in _TOKEN.finditer(text):
        piece += match[0]
        if len(piece) >= 3:
            yield piece
            piece = ""
    if piece:
        yield piece
