"""Whether a run of `*`, `_` or `~` can open and whether it can close emphasis.

CommonMark asks for a space or punctuation on the far side of a run next to punctuation. Chinese,
Japanese and Korean have no such spaces, so `**提醒：**先` would never close. The rule that other
renderers adopted for it (the amendments named CJK-friendly) is taken here: full-width punctuation
counts as a letter, and next to such a letter any punctuation may stand.

A no-break space next to a run belongs to what the run marks, as in `**Prix\u00a0:\u00a0**12`,
unless a space is on the other side, too.
"""

import re

from markdown_it.common.utils import isPunctChar, isWhiteSpace
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned

from conversations.markdown.inline.cjk import is_cjk

_NO_BREAK = "\xa0\u2007\u202f"
_FORMS = re.compile("[\ufe00-\ufe0e]$")


class InlineState(StateInline):
    """A text being read, with this rule for the marks in it."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803
        """How the run that starts here may be used."""
        mark, end = self.src[start], start
        while end < self.posMax and self.src[end] == mark:
            end += 1
        opens, closes = flanking(self.src, start, end, self.posMax)
        return Scanned(opens, closes, end - start)


def flanking(text: str, start: int, end: int, length: int) -> tuple[bool, bool]:
    """Whether the run between start and end can open, and whether it can close."""
    before = _FORMS.sub("", text[max(0, start - 2) : start])[-1:] or " "
    after = text[end] if end < length else " "
    splits_words = text[start] != "_"
    left = _faces(after, before, splits_words=splits_words)
    right = _faces(before, after, splits_words=splits_words)
    if splits_words:
        return left, right
    # Within a word `_` is a letter; full-width punctuation inside it says that this is no word.
    opens = left and (not right or isPunctChar(before) or _is_full_width(after))
    return opens, right and (not left or isPunctChar(after) or _is_full_width(before))


def _is_full_width(character: str) -> bool:
    return is_cjk(character) and isPunctChar(character)


def _faces(inner: str, outer: str, *, splits_words: bool) -> bool:
    """Whether what is marked may begin, or end, with the inner character."""
    space = isWhiteSpace(ord(outer))
    if isWhiteSpace(ord(inner)):
        return splits_words and inner in _NO_BREAK and not space
    punctuation = isPunctChar(inner) and not is_cjk(inner)
    return not punctuation or space or isPunctChar(outer) or is_cjk(outer)
