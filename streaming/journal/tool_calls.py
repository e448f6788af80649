"""Tool calls while a model writes them: what the journal holds, what is kept, what is shown. Pure.

This site runs no tools. A call is shown and kept, and never sent back: no server takes a call
without its result, or half of one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, NamedTuple, TypeAlias

from conversations.languages.texts import lazy_text
from streaming.events import ToolArgumentsDelta, ToolCallEnded, ToolCallStarted, as_json
from streaming.journal.entries import Entry

START, ARGUMENTS, END = KINDS = ("tool_start", "tool_args", "tool_end")

OPEN, MADE, UNFINISHED, RUN = STATES = "open", "made", "unfinished", "run"
"""`RUN`: by the program from which it was imported."""

ToolEvent: TypeAlias = ToolCallStarted | ToolArgumentsDelta | ToolCallEnded
_EVENTS: dict[str, type[ToolEvent]] = {
    START: ToolCallStarted,
    ARGUMENTS: ToolArgumentsDelta,
    END: ToolCallEnded,
}
SENTENCES = {
    OPEN: lazy_text("Being written…"),
    MADE: lazy_text("Not run: this site runs no tools."),
    UNFINISHED: lazy_text("Stopped before it was complete. Not run."),
    RUN: lazy_text("Run by the program from which it was imported."),
}


@dataclass(slots=True)
class AnswerCall:
    """One call of an answer; `number` counts from 0 over all runs that wrote into it."""

    number: int
    id: str
    name: str
    state: str = OPEN
    parts: list[str] = field(default_factory=list)

    @property
    def arguments(self) -> str:
        return "".join(self.parts)

    @property
    def sentence(self) -> str:
        """What became of it."""
        return SENTENCES[self.state]


class CallChange(NamedTuple):
    """What entries did to a call: began it, or wrote `added` of its arguments, or ended it."""

    call: AnswerCall
    began: bool
    added: str


class AnswerCalls:
    """The calls of an answer: those that were kept, and those that a run adds to them."""

    def __init__(self, kept: Iterable[Mapping[str, Any]] = ()) -> None:
        self.all = [
            AnswerCall(number, call["id"], call["name"], call["state"], [call["arguments"]])
            for number, call in enumerate(kept)
        ]
        self._kept = len(self.all)

    def take(self, entries: Iterable[Entry]) -> list[CallChange]:
        """Add what these entries say; one change for each call that they speak of."""
        changes: dict[int, CallChange] = {}
        for event in map(event_of, (entry for entry in entries if entry.kind in _EVENTS)):
            change = self._take(event)
            before = changes.get(change.call.number)
            if before is not None:
                change = CallChange(change.call, before.began, before.added + change.added)
            changes[change.call.number] = change
        return list(changes.values())

    def as_they_stand(self) -> list[AnswerCall]:
        """The calls, to be shown while more is added to these."""
        return [replace(call, parts=[call.arguments]) for call in self.all]

    def _take(self, event: ToolEvent) -> CallChange:
        if isinstance(event, ToolCallStarted):
            self.all.append(AnswerCall(len(self.all), event.id, event.name))
            return CallChange(self.all[-1], True, "")
        call = self.all[self._kept + event.index]
        if isinstance(event, ToolArgumentsDelta):
            call.parts.append(event.text)
            return CallChange(call, False, event.text)
        call.state, call.parts = MADE, [event.arguments]
        return CallChange(call, False, "")


def entry_of(event: ToolEvent) -> tuple[str, str]:
    """An event as the journal holds it: its kind, and the rest as compact JSON."""
    facts = as_json(event)
    return facts.pop("type"), _compact(facts)


def event_of(entry: Entry) -> ToolEvent:
    return _EVENTS[entry.kind](**json.loads(entry.text))


def joined(deltas: Sequence[str]) -> Iterator[str]:
    """Entries of arguments that follow each other, those of one call made one."""
    events = [json.loads(delta) for delta in deltas]
    for index, same in groupby(events, lambda event: event["index"]):
        yield _compact({"index": index, "text": "".join(event["text"] for event in same)})


def fold(
    kept: Sequence[Mapping[str, Any]], entries: Iterable[Entry], generation: int, *, broke_off: bool
) -> tuple[list[dict[str, Any]], set[int]]:
    """The calls to keep once a run has ended, and the numbers of those that are dropped.

    One that was still open counts as unfinished; where the answer broke off it is no call.
    """
    calls = AnswerCalls(kept)
    calls.take(entries)
    new = calls.all[len(kept) :]
    dropped = {call.number for call in new if broke_off and call.state == OPEN}
    return [*map(dict, kept)] + [
        {
            "id": call.id,
            "name": call.name,
            "arguments": call.arguments,
            "state": UNFINISHED if call.state == OPEN else call.state,
            "generation": generation,
        }
        for call in new
        if call.number not in dropped
    ], dropped


def _compact(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
