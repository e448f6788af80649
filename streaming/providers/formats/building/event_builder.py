"""One answer being put together from upstream's pieces: the promises all formats share.

Text leaves whole (pairs of surrogates joined, NUL replaced), calls are counted in the
order in which they start, the end comes once and in one order, and what comes after it or
past the limit is not said.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from streaming.events import (
    CostReported,
    Event,
    Failed,
    Finished,
    FinishReason,
    ReasoningDelta,
    TextDelta,
    ToolArgumentsDelta,
    ToolCallEnded,
    ToolCallStarted,
    UsageReported,
    Warned,
)
from streaming.providers.formats.building.deduplication import Told, rest_of
from streaming.providers.formats.building.finish_reasons import FAILURES, REASONS, is_reason
from streaming.providers.formats.json_values import clean

MAX_ANSWER = 2 * 1024 * 1024
"""UTF-8 bytes of one answer: its text, reasoning and arguments together."""

Channel: TypeAlias = Literal["text", "reasoning"]
_Channel: TypeAlias = Channel | int

_TOO_LARGE = Failed("malformed", True, "The answer is too long.", "answer_too_large")
_HOLE = Failed("malformed", True, "A part of the answer could not be read.", "hole")

SKIPPED = "frame_skipped"
"""The warning's code for what could not be read and was not missed."""
DIFFERS = "told_differently"
"""The warning's code for an end that repeats the answer in other words."""


@dataclass(slots=True)
class Call:
    """A tool call in the making. `parts` are the pieces of its argument string."""

    index: int
    id: str
    name: str
    parts: list[str] = field(default_factory=list)
    ended: bool = False

    @property
    def arguments(self) -> str:
        return "".join(self.parts)


class Answer:
    """Collects events; `take` hands them over. After the end every word is ignored.

    Where something could not be read that may have been text, what follows is held until the
    text is proven whole; without that proof the answer breaks off at the hole.
    """

    __slots__ = (
        "_before_hole",
        "_cut",
        "_cut_at",
        "_events",
        "_held",
        "_hole",
        "_reason",
        "_reason_at",
        "_room",
        "_text_told",
        "_told_before",
        "calls",
        "cost",
        "ended",
        "finished",
        "has_hole",
        "refused",
        "spoke",
        "told",
        "usage",
        "warnings",
    )

    def __init__(self) -> None:
        self.ended = False
        self.finished = False
        self.spoke = False
        self.refused = False
        self.calls: list[Call] = []
        self.usage: dict[str, int] = {}
        self.cost: CostReported | None = None
        self.warnings: list[Warned] = []
        self._events: list[Event] = []
        self._held: dict[_Channel, str] = {}
        self._room = MAX_ANSWER
        self.told: dict[Channel, Told] = {"text": Told(), "reasoning": Told()}
        self._text_told = self.told["text"]
        self._reason = ""
        self._reason_at = (0, 0)
        self._before_hole: list[Event] | None = None
        self.has_hole = False
        self._hole = _HOLE
        self._told_before: dict[Channel, int] = {"text": 0, "reasoning": 0}
        self._cut: Failed | None = None
        self._cut_at = (0, 0)

    def take(self) -> list[Event]:
        if self._is_full:
            self._end(_TOO_LARGE)
        if self._before_hole is not None:
            events, self._before_hole = self._before_hole, []
            return events
        events, self._events = self._events, []
        return events

    # The end that upstream announced

    def conclude(self, word: Any) -> None:
        """A finish reason, which holds until more of the answer comes."""
        if is_reason(word):
            self._reason = clean(word)[:100]
            self._reason_at = self._place

    @property
    def concluded(self) -> bool:
        """Whether a finish reason came, and nothing of the answer after it."""
        return bool(self._reason) and self._reason_at == self._place

    def forget_reason(self) -> None:
        self._reason = ""

    @property
    def has_reason(self) -> bool:
        return bool(self._reason)

    @property
    def _place(self) -> tuple[int, int]:
        return self._room, len(self.calls)

    # What could not be read

    def open_hole(self, failed: Failed | None = None) -> None:
        """What comes from here on is held; `failed` is how it ends if no proof comes."""
        if self._before_hole is None and not self.ended:
            self._before_hole, self._events = self._events, []
            self.has_hole = True
            self._hole = failed or _HOLE
            self._told_before = {name: told.size for name, told in self.told.items()}

    def close_hole(self) -> None:
        """The text is proven whole."""
        if self._before_hole is not None:
            self._events = self._before_hole + self._events
            self._before_hole, self.has_hole = None, False
            self.note(SKIPPED)

    def take_back(self, channel: Channel) -> None:
        """Forget what this channel told since the hole."""
        kind = TextDelta if channel == "text" else ReasoningDelta
        self._events = [event for event in self._events if not isinstance(event, kind)]
        self.told[channel].cut_to(self._told_before[channel])

    def whole(self, channel: Channel, whole: str, *, cut: bool = False) -> None:
        """All that this channel holds, told once more: only what it holds beyond is said."""
        told, whole = self.told[channel], clean(whole)
        rest = rest_of(whole, str(told), cut=cut)
        if rest is None and self._fits_before_hole(channel, whole):
            self.take_back(channel)
            rest = rest_of(whole, str(told))
        if rest is None:
            self.note(DIFFERS)
            return
        if channel == "text":
            self.close_hole()
            self.text(rest)
        else:
            self.reasoning(rest)

    def _fits_before_hole(self, channel: Channel, whole: str) -> bool:
        before = str(self.told[channel])[: self._told_before[channel]]
        return self.has_hole and whole.startswith(before)

    @contextmanager
    def cutting(self, failed: Failed | None) -> Iterator[None]:
        """While a frame is read of which text may be missing: what it adds is the last."""
        before, self._cut = self._place, failed
        self._cut_at = before
        yield
        self._cut = None
        if failed is not None and before != self._place:
            self._end(failed)

    def note(self, code: str, message: str | None = None) -> None:
        """A warning for the end, once."""
        if (warned := Warned(code, message)) not in self.warnings and not self.ended:
            self.warnings.append(warned)

    # What upstream says

    def text(self, text: str) -> None:
        if text := self._fit("text", text):
            self._text_told.add(text)
            self._events.append(TextDelta(text))

    def reasoning(self, text: str) -> None:
        if text := self._fit("reasoning", text):
            self.told["reasoning"].add(text)
            self._events.append(ReasoningDelta(text))

    def refusal(self, text: str) -> None:
        if text:
            self.refused = True
            self.text(text)

    def start_call(self, id_: str, name: str) -> Call:
        call = Call(len(self.calls), clean(id_), clean(name))
        call.id = call.id or f"call_{call.index}"
        self.calls.append(call)
        if not self.ended:
            self.spoke = True
            self._events.append(ToolCallStarted(call.index, call.id, call.name))
        return call

    def arguments(self, call: Call, text: str) -> None:
        if not call.ended and (text := self._fit(call.index, text)):
            call.parts.append(text)
            self._events.append(ToolArgumentsDelta(call.index, text))

    def end_call(self, call: Call, arguments: str = "") -> None:
        """`arguments`, where upstream repeats them whole, win over the pieces."""
        if call.ended or self.ended:
            return
        if not call.parts:
            self.arguments(call, arguments)
        self._release(call.index)
        if not self._is_full:
            call.ended = True
            whole = clean(arguments) or call.arguments or "{}"
            self._events.append(ToolCallEnded(call.index, whole))

    def abandon_calls(self) -> None:
        """Calls that are open now will never end."""
        for call in self.calls:
            call.ended = True

    def warn(self, code: str, message: str | None = None) -> None:
        """A warning of this moment; those for the end go to `warnings`."""
        if not self.ended:
            self._events.append(Warned(code, message))

    def stop(self, *, inferred: bool = False) -> None:
        """The end by upstream's own word, which may mean a failure; without one, plain stop."""
        raw = self._reason
        if not raw:
            self.finish("stop", inferred=inferred)
        elif kind := FAILURES.get(raw.lower()):
            self.fail(Failed(kind, True, code=raw))
        else:
            self.finish(REASONS.get(raw.strip().lower(), "other"), raw)

    def finish(
        self, reason: FinishReason, raw: str | None = None, *, inferred: bool = False
    ) -> None:
        self._release("text")
        self._release("reasoning")
        for call in self.calls:
            self.end_call(call)
        if self.calls and reason == "stop":
            reason = "tool_calls"
        if self.refused and reason in ("stop", "content_filter"):
            reason = "refusal"
        self._end(Finished(reason, raw, inferred))

    def fail(self, failed: Failed) -> None:
        """Open calls are left open: their arguments are incomplete, to be thrown away."""
        self._release("text")
        self._release("reasoning")
        self._end(failed)

    def _end(self, last: Finished | Failed) -> None:
        if self.ended:
            return
        self.ended = True
        if self._is_full:
            last = _TOO_LARGE
        if self._before_hole is not None:
            # Unproven: nothing after the hole may stand next to what came before it.
            self._events, self._before_hole = self._before_hole, None
            last = self._hole if isinstance(last, Finished) else last
        if self._cut is not None and self._cut_at != self._place:
            last = self._cut
        self.finished = isinstance(last, Finished)
        if self.usage:
            self._events.append(UsageReported(**self.usage, partial=not self.finished))
        if self.cost:
            self._events.append(self.cost)
        if self.finished:
            self._events += self.warnings
        self._events.append(last)

    @property
    def _is_full(self) -> bool:
        return self._room < 0

    def _fit(self, channel: _Channel, text: str) -> str:
        """What of the text may be said now."""
        if not text or self.ended or self._room < 0:
            return ""
        # The first two questions are cheap, and one of them settles nearly every delta.
        if self._held or not (text.isprintable() or (text.isascii() and "\0" not in text)):
            text = self._mend(channel, text)
        size = len(text) if text.isascii() else len(text.encode())
        if size > self._room:
            text = text.encode()[: self._room].decode("utf-8", "ignore")
            self._room = 0
        self._room -= size
        self.spoke = True
        return text

    def _mend(self, channel: _Channel, text: str) -> str:
        """Hold back half a surrogate pair until its other half has come."""
        text = self._held.pop(channel, "") + text
        if "\ud800" <= text[-1:] <= "\udbff":
            self._held[channel] = text[-1]
            text = text[:-1]
        return clean(text)

    def _release(self, channel: _Channel) -> None:
        """Say what is still held back: its other half will not come."""
        if not self._held.pop(channel, ""):
            return
        if channel == "text":
            self.text("\ufffd")
        elif channel == "reasoning":
            self.reasoning("\ufffd")
        else:
            self.arguments(self.calls[channel], "\ufffd")
