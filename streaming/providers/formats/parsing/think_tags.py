"""Thoughts that a model writes into its text, between tags, moved to the thinking channel. Pure.

Tags count at the very beginning of an answer; in the middle, quoted or in code they are text.
Nothing is held back but what may still become a tag, so a thought streams as it comes. Known
are the tags of open models, and the channels of OpenAI's harmony format where a server passes
them through.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from streaming.events import (
    AnswerNoted,
    Event,
    Finished,
    ReasoningDelta,
    StreamOpened,
    TextDelta,
    Warned,
)
from streaming.providers.formats.parsing.lone_tag import LoneTag

_NAMES = ("think", "thinking", "thought", "reason", "reasoning", "seed:think")
_TAGS = {
    **{f"<{name}>": f"</{name}>" for name in _NAMES},
    "[think]": "[/think]",
    "◁think▷": "◁/think▷",
    "<|begin_of_thought|>": "<|end_of_thought|>",
}
_CLOSING = tuple(_TAGS.values())
_CHANNEL = re.compile(
    r"(?:<\|start\|>assistant)?<\|channel\|>(?P<name>\w+)(?:(?!<\|message\|>).){0,200}<\|message\|>",
    re.DOTALL,
)
_CHANNEL_BEGINS = ("<|start|>assistant<|channel|>", "<|channel|>")
_CHANNEL_ENDS = ("<|end|>", "<|return|>", "<|call|>")
_LONGEST_HEADER = 260
_LONGEST_BLANK = 1000  # whitespace before a tag; more of it is text
_QUOTES = tuple("`\"'")

_ASIDE = (ReasoningDelta, StreamOpened, AnswerNoted, Warned)
"""Events that say nothing of where the text stands."""


@dataclass(frozen=True)
class _Part:
    """A stretch of the text, up to one of its `closing` tags; without one, up to the end."""

    is_thought: bool = False
    closing: tuple[str, ...] = ()

    @cached_property
    def tag(self) -> re.Pattern[str]:
        return re.compile("|".join(map(re.escape, self.closing)), re.IGNORECASE)


_ANSWER = _Part()
_SWALLOWED = _Part(True, _CLOSING)
_OPENED = {opening: _Part(True, (closing,)) for opening, closing in _TAGS.items()}
_CHANNELS = {True: _Part(True, _CHANNEL_ENDS), False: _Part(False, _CHANNEL_ENDS)}


class ThinkTags:
    """Sorts the events of one answer.

    `opened`: the server has swallowed the opening tag, so the answer begins as a thought.
    `continues`: the text continues the line of a partial answer, so its spaces count.
    """

    def __init__(self, *, opened: bool = False, continues: bool = False) -> None:
        self._is_opened, self._continues = opened, continues
        self._part: _Part | None = None  # None where a tag may follow
        self._held = ""
        self._before = ""  # the last character of this part
        self._thoughts: list[str] = []
        self._lone: LoneTag | None = LoneTag()  # until a tag came

    def sort(self, events: list[Event]) -> list[Event]:
        """The events, with what stands between tags as `ReasoningDelta`."""
        if self._part is _ANSWER and (self._lone is None or self._lone.passes(events)):
            return events  # nearly always
        sorted_events: list[Event] = []
        for event in events:
            if type(event) is TextDelta:
                sorted_events += self._take(event.text)
            else:
                if not isinstance(event, _ASIDE):
                    sorted_events += self._end(event)
                sorted_events.append(event)
        return sorted_events

    def _take(self, text: str) -> Iterator[Event]:
        self._held += text
        more = True
        while more and self._held:
            if self._part is None:
                more = self._begin()
            else:
                more = yield from self._read(self._part)

    def _end(self, event: Event) -> Iterator[Event]:
        """At the end of the text, or where something else begins: what was held back."""
        if self._part is None:
            self._held = self._held if self._lone else self._without_blank(self._held)
            self._part = _ANSWER
        if self._part.is_thought:
            self._held = self._part.tag.split(self._held)[0].rstrip()
        held, self._held = self._held, ""
        yield from self._tell(self._part, held)
        if self._lone and (rest := self._lone.flush()):
            yield TextDelta(rest)
        if self._part is _SWALLOWED and isinstance(event, Finished) and event.reason == "stop":
            yield TextDelta("".join(self._thoughts))  # no end of it came, so it was the answer

    # Where a tag may follow: at the beginning, and again after each tag

    def _begin(self) -> bool:
        """Find out which part begins here; False while more has to come."""
        text = self._held.lstrip()
        low = text[:_LONGEST_HEADER].lower()
        if opening := _first(_TAGS, low):
            self._open(_OPENED[opening], text[len(opening) :])
        elif closing := _first(_CLOSING, low):
            self._open(None, text[len(closing) :])
        elif header := _CHANNEL.match(text):
            self._open(_CHANNELS[header["name"] != "final"], text[header.end() :])
        elif _may_be_tag(low) and len(self._held) - len(text) <= _LONGEST_BLANK:
            return False
        elif self._is_opened and self._lone:
            self._open(_SWALLOWED, text)
        else:
            self._held = self._held if self._lone else self._without_blank(self._held)
            self._part = _ANSWER
        return True

    def _open(self, part: _Part | None, rest: str) -> None:
        self._part, self._held = part, rest
        self._before, self._lone = "", None

    def _without_blank(self, text: str) -> str:
        """The text after a tag, less the blank lines between; the line of a partial continues."""
        rest = text.lstrip()
        _, line, indent = text[: len(text) - len(rest)].rpartition("\n")
        return indent + rest if line or self._continues else rest

    # Inside a part

    def _read(self, part: _Part) -> Generator[Event, None, bool]:
        """Say what is certain; whether the part ended, so that another one begins."""
        closing = _closing_tag(part, self._held, self._before) if part.closing else None
        if closing:
            text, self._held = self._held[: closing.start()], self._held[closing.end() :]
            yield from self._tell(part, text.rstrip() if part.is_thought else text)
            self._part = None
            return True
        certain = _certain_length(part, self._held)
        text, self._held = self._held[:certain], self._held[certain:]
        yield from self._tell(part, text)
        return False

    def _tell(self, part: _Part, text: str) -> Iterator[Event]:
        if part.is_thought:
            yield from self._think(text if self._before else text.lstrip())
        elif text := self._lone.feed(text) if self._lone else text:
            yield TextDelta(text)
        self._before = text[-1:] or self._before

    def _think(self, text: str) -> Iterator[Event]:
        if text:
            another = bool(self._thoughts) and not self._before
            self._thoughts.append(text)
            yield ReasoningDelta(f"\n\n{text}" if another else text)


def _first(tags: Iterable[str], low: str) -> str:
    return next((tag for tag in tags if low.startswith(tag)), "")


def _may_be_tag(low: str) -> bool:
    """Whether a tag may still come of what begins so."""
    if any(tag.startswith(low) for tag in (*_TAGS, *_CLOSING, *_CHANNEL_BEGINS)):
        return True
    return len(low) < _LONGEST_HEADER and low.startswith(_CHANNEL_BEGINS)


def _closing_tag(part: _Part, text: str, before: str) -> re.Match[str] | None:
    """The first closing tag that is not quoted."""
    for tag in part.tag.finditer(text):
        left = text[tag.start() - 1] if tag.start() else before
        if left not in _QUOTES or text[tag.end() : tag.end() + 1] not in ("", left):
            return tag
    return None


def _certain_length(part: _Part, text: str) -> int:
    """How much of the text belongs to the part whatever follows."""
    if not part.closing:
        return len(text)
    longest = max(map(len, part.closing))
    places = range(max(0, len(text) - longest - 1), len(text))
    low = text.lower() if len(text.lower()) == len(text) else text
    ends = (at for at in places if any((tag).startswith(low[at:]) for tag in part.closing))
    quoted = (tag.start() for tag in part.tag.finditer(text) if tag.end() == len(text))
    certain = min((*ends, *quoted), default=len(text))
    return len(text[:certain].rstrip()) if part.is_thought else certain
