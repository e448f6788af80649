"""What of upstream's text may be said: whole characters, up to the limit, until the end."""

from typing import Literal, TypeAlias

from streaming.providers.formats.json_values import clean

MAX_ANSWER = 2 * 1024 * 1024
"""UTF-8 bytes of one answer: its text, reasoning and arguments together."""

Channel: TypeAlias = Literal["text", "reasoning"]


class TextLimit:
    """Counts one answer's bytes, and holds back half a surrogate pair until the rest comes.

    A call's arguments are a channel of their own, named by the call's number.
    """

    __slots__ = ("_halves", "is_closed", "is_used", "room")

    def __init__(self) -> None:
        self.room = MAX_ANSWER
        self.is_closed = False
        self.is_used = False
        self._halves: dict[Channel | int, str] = {}

    @property
    def is_exceeded(self) -> bool:
        return self.room < 0

    def fit(self, channel: Channel | int, text: str) -> str:
        """The part of the text that may be said now."""
        if not text or self.is_closed or self.room < 0:
            return ""
        # The first two questions are cheap, and one of them settles nearly every delta.
        if self._halves or not (text.isprintable() or (text.isascii() and "\0" not in text)):
            text = self._join(channel, text)
        size = len(text) if text.isascii() else len(text.encode())
        if size > self.room:
            text = text.encode()[: self.room].decode("utf-8", "ignore")
            self.room = 0
        self.room -= size
        self.is_used = True
        return text

    def release(self, channel: Channel | int) -> str:
        """A replacement character, if a half is still held: its other half will not come."""
        return "\ufffd" if self._halves.pop(channel, "") else ""

    def _join(self, channel: Channel | int, text: str) -> str:
        text = self._halves.pop(channel, "") + text
        if "\ud800" <= text[-1:] <= "\udbff":
            self._halves[channel] = text[-1]
            text = text[:-1]
        return clean(text)
