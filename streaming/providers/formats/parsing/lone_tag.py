"""A closing tag of a thought that no tag opened, taken out of the answer. Pure.

Some servers put the opening tag into the prompt and send only its end. What stands before it
has been shown by then and stays; the tag itself is no part of the answer.
"""

import re
from collections.abc import Sequence
from io import StringIO

from streaming.events import Event, TextDelta

_TAG = r"</(?:think|thinking|thought|reason|reasoning|seed:think)>[ \t]*"
_LINE = re.compile(rf"\n{_TAG}(?=\n|\Z)", re.IGNORECASE)
_BEGUN = re.compile(r"\n<(?:/[a-z:]{0,10})?\Z", re.IGNORECASE)
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)


class LoneTag:
    """Looks for the first such tag in a growing text: alone in its line, outside of code."""

    def __init__(self) -> None:
        self._text = StringIO()
        self._add = self._text.write  # called for each delta
        self._held = ""
        self._is_found = False

    def passes(self, events: Sequence[Event]) -> bool:
        """Whether no tag can be in these events; then their text counts as said."""
        if self._held:
            return False
        if len(events) == 1 and type(event := events[0]) is TextDelta:  # nearly always
            text = event.text
        else:
            text = "".join([event.text for event in events if type(event) is TextDelta])
        if "<" in text:
            return False
        self._add(text)
        return True

    def feed(self, text: str) -> str:
        """What may be said now; only what may become the tag is held back."""
        if self._is_found or not (self._held or "<" in text):
            self._add(text)
            return text
        self._held += text
        return self._release(is_end=False)

    def flush(self) -> str:
        return self._release(is_end=True)

    def _release(self, *, is_end: bool) -> str:
        before = self._last_character()
        seen = before + self._held
        tag = None if self._is_found else _LINE.search(seen)
        begun = tag if tag and tag.end() == len(seen) else _BEGUN.search(seen)
        if begun and not is_end:
            text, self._held = seen[1 : begun.start() + 1], seen[begun.start() + 1 :]
        else:
            text, self._held = self._without(tag, seen)[1:], ""
        self._add(text)
        return text

    def _last_character(self) -> str:
        end = self._text.tell()
        self._text.seek(max(end - 1, 0))
        return self._text.read() or "\n"

    def _without(self, tag: re.Match[str] | None, seen: str) -> str:
        if tag is None or self._is_in_code(seen[1 : tag.start() + 1]):
            return seen
        self._is_found = True
        return seen[: tag.start() + 1] + seen[tag.end() :]

    def _is_in_code(self, more: str) -> bool:
        return len(_FENCE.findall(self._text.getvalue() + more)) % 2 == 1
