"""The tool calls of one answer, put together from the pieces of their arguments."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from streaming.events import ToolArgumentsDelta, ToolCallEnded, ToolCallStarted
from streaming.providers.formats.building.event_queue import EventQueue
from streaming.providers.formats.building.text_limit import TextLimit
from streaming.providers.formats.json_values import clean


@dataclass(slots=True)
class PartialCall:
    """A tool call in the making. `parts` are the pieces of its argument string."""

    index: int
    id: str
    name: str
    parts: list[str] = field(default_factory=list)
    ended: bool = False

    @property
    def arguments(self) -> str:
        return "".join(self.parts)


class PartialCalls:
    """Numbers the calls in the order in which they start, and says what they add."""

    __slots__ = ("_calls", "_events", "_limit")

    def __init__(self, events: EventQueue, limit: TextLimit) -> None:
        self._events = events
        self._limit = limit
        self._calls: list[PartialCall] = []

    def __iter__(self) -> Iterator[PartialCall]:
        return iter(self._calls)

    def __len__(self) -> int:
        return len(self._calls)

    def start(self, id_: str, name: str) -> PartialCall:
        call = PartialCall(len(self._calls), clean(id_), clean(name))
        call.id = call.id or f"call_{call.index}"
        self._calls.append(call)
        if not self._limit.is_closed:
            self._events.add(ToolCallStarted(call.index, call.id, call.name))
        return call

    def add(self, call: PartialCall, arguments: str) -> None:
        """The next piece of a call's arguments."""
        if not call.ended and (arguments := self._limit.fit(call.index, arguments)):
            call.parts.append(arguments)
            self._events.add(ToolArgumentsDelta(call.index, arguments))

    def end(self, call: PartialCall, arguments: str = "") -> None:
        """`arguments`, where upstream repeats them whole, win over the pieces."""
        if call.ended or self._limit.is_closed:
            return
        if not call.parts:
            self.add(call, arguments)
        self.add(call, self._limit.release(call.index))
        if not self._limit.is_exceeded:
            call.ended = True
            whole = clean(arguments) or call.arguments or "{}"
            self._events.add(ToolCallEnded(call.index, whole))

    def end_all(self) -> None:
        for call in self._calls:
            self.end(call)

    def abandon(self) -> None:
        """No event ends the calls that are open now."""
        for call in self._calls:
            call.ended = True
