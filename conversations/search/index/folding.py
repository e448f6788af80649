"""What counts as the same letter: case, accents, vowel points and forms of writing are folded away.

Folded text has three kinds of characters: a space for whatever is no letter, digit or emoji; those
of scripts that are written without spaces (`UNSPACED`); and all others, which make up words.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from itertools import accumulate, pairwise

UNSPACED = (
    "\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3041-\u3096\u3099-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"  # CJK
    "\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u2600-\u27bf\U0001f000-\U0001faff"  # emoji, which stand anywhere
)
"""Characters of scripts without spaces between words, as a character class holds them."""

FOLDED_AWAY = (
    *(range(0x0300, 0x0370), range(0x0483, 0x0488), range(0x0591, 0x05C8), range(0x0610, 0x061B)),
    *(range(0x0640, 0x0641), range(0x064B, 0x0660), range(0x0670, 0x0671), range(0x06D6, 0x06DD)),
    *(range(0x06DF, 0x06E9), range(0x06EA, 0x06EE), range(0x0711, 0x0712), range(0x0730, 0x074B)),
    *(range(0x08CA, 0x0900), range(0x1AB0, 0x1B00), range(0x1DC0, 0x1E00), range(0x20D0, 0x2100)),
    *(range(0xFE00, 0xFE10), range(0xFE20, 0xFE30), range(0xE0100, 0xE01F0)),
)
"""Accents and points of Latin, Greek, Cyrillic, Hebrew, Arabic, Syriac; the Arabic stretch."""

ALIKE = str.maketrans(
    {"æ": "ae", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŋ": "n", "ø": "o", "œ": "oe"}
    | {"þ": "th", "ŧ": "t"}
    | {"\u0671": "\u0627", "\u0649": "\u064a", "\u06cc": "\u064a", "\u06a9": "\u0643"}
)
"""Letters that Unicode does not take apart, though readers do."""

LETTERS = frozenset("LNM")
HALF_WIDTH = re.compile("[\uff66-\uff9d][\uff9e\uff9f]")
EMOJI = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")
BLOCK = 512


class Folding(dict[int, str]):
    """What each character becomes; found out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = fold_character(code)
        return folded


def fold_character(code: int) -> str:
    """What stands for this character: letters, a space, or nothing."""
    character = chr(code)
    if is_folded_away(character):
        return ""
    apart = unicodedata.normalize("NFKD", character)
    base = "".join(each for each in apart if not is_folded_away(each)).casefold()
    base = "".join(kept(each) for each in base.translate(ALIKE))
    return unicodedata.normalize("NFC", base) if base.strip() else " "


def is_folded_away(character: str) -> bool:
    """Marks, and format characters such as soft hyphens."""
    code = ord(character)
    return unicodedata.category(character) == "Cf" or any(code in some for some in FOLDED_AWAY)


def kept(character: str) -> str:
    """The character itself if one can search for it; digits of all scripts are one."""
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    is_letter = unicodedata.category(character)[0] in LETTERS or EMOJI.match(character)
    return character if is_letter else " "


FOLDING = Folding()


def composed(text: str) -> str:
    """The same text, each letter written in one way."""
    return HALF_WIDTH.sub(
        lambda found: unicodedata.normalize("NFKC", found[0]), unicodedata.normalize("NFC", text)
    )


def fold(text: str) -> str:
    """What a search sees of a text."""
    return composed(text).translate(FOLDING)


class FoldedText:
    """A text with its folded form, and the way back from a place there to the text."""

    def __init__(self, text: str) -> None:
        self.text = composed(text)
        starts = range(0, len(self.text), BLOCK)
        blocks = [self.text[start : start + BLOCK].translate(FOLDING) for start in starts]
        self.folded = "".join(blocks)
        self._starts = [0, *accumulate(map(len, blocks))]
        self._known: dict[int, list[int]] = {}

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of the text that became this part of its folded form, with its last marks."""
        first, after = self._place(start), self._place(end - 1) + 1
        while after < len(self.text) and not FOLDING[ord(self.text[after])]:
            after += 1
        return first, after

    def _place(self, folded_place: int) -> int:
        """The character that became the one at that place."""
        block = self._block(folded_place)
        return block * BLOCK + bisect_right(
            self._lengths(block), folded_place - self._starts[block]
        )

    def _lengths(self, block: int) -> list[int]:
        """How long the folded block is after each of its characters: found out once."""
        if block not in self._known:
            characters = self.text[block * BLOCK : (block + 1) * BLOCK]
            self._known[block] = list(accumulate(len(FOLDING[ord(each)]) for each in characters))
        return self._known[block]

    def _block(self, folded_place: int) -> int:
        spans = pairwise(self._starts)
        return next(
            (number for number, (start, end) in enumerate(spans) if start <= folded_place < end), 0
        )
