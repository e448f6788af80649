"""One answer being put together from upstream's pieces: the promises all formats share.

Text leaves whole (pairs of surrogates joined, NUL replaced), calls are counted in the
order in which they start, the end comes once and in one order, and what comes after it or
past the limit is not said.
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from streaming.events import (
    CostReported,
    ErrorKind,
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
from streaming.providers.values import clean

MAX_ANSWER = 2 * 1024 * 1024
"""UTF-8 bytes of one answer: its text, reasoning and arguments together."""

_Channel: TypeAlias = Literal["text", "reasoning"] | int

_WORDS: dict[FinishReason, str] = {
    "stop": "stop eos end_turn stop_sequence complete",
    "length": "length max_tokens model_length max_output_tokens",
    "tool_calls": "tool_calls function_call tool_use",
    "content_filter": "content_filter safety recitation blocklist prohibited_content sensitive",
    "refusal": "refusal",
    "pause": "pause_turn compaction",
    "context_window": "model_context_window_exceeded",
    "cancelled": "cancelled",
}
_REASONS = {word: reason for reason, words in _WORDS.items() for word in words.split()}

# Reasons to stop that are failures.
_FAILURES: dict[str, ErrorKind] = {
    "error": "unknown",
    "insufficient_system_resource": "overloaded",
    "network_error": "server",
    "abort": "server",
}

_TOO_LARGE = Failed("malformed", True, "The answer is too long.", "answer_too_large")


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
    """Collects events; `take` hands them over. After the end every word is ignored."""

    __slots__ = (
        "_events",
        "_held",
        "_room",
        "calls",
        "cost",
        "ended",
        "finished",
        "refused",
        "spoke",
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

    def take(self) -> list[Event]:
        if self._is_full:
            self._end(_TOO_LARGE)
        events, self._events = self._events, []
        return events

    def text(self, text: str) -> None:
        if text := self._fit("text", text):
            self._events.append(TextDelta(text))

    def reasoning(self, text: str) -> None:
        if text := self._fit("reasoning", text):
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

    def stop(self, raw: str, *, inferred: bool = False) -> None:
        """The end by an upstream's own word, which may mean a failure; "" is plain stop."""
        raw = raw[:100]
        if not raw:
            self.finish("stop", inferred=inferred)
        elif kind := _FAILURES.get(raw.lower()):
            self.fail(Failed(kind, True, code=raw))
        else:
            self.finish(_REASONS.get(raw.lower(), "other"), raw)

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
