"""Tool calls of an answer: how the journal holds them, how they stand, what is kept of them. Pure.

A call is written by the model, then judged: nothing runs before a person, or what that person
allowed before, has approved it. That it runs is in the journal before it does, and its result
before the model hears of it. One that was running when its process died may have run: it is
`UNKNOWN`, and never run again unless somebody says so.
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

START, ARGUMENTS, END = "tool_start", "tool_args", "tool_end"
BEGAN, RESULT = "tool_run", "tool_result"

OPEN, MADE, UNFINISHED, RUN = "open", "made", "unfinished", "run"
"""Being written; of no tool that was offered; cut off; run by the program it was imported from."""

ASKING, WAITING, RUNNING = "asking", "waiting", "running"
FINISHED, FAILED, REFUSED, UNKNOWN = "finished", "failed", "refused", "unknown"
TAKEN_IN = (MADE, UNFINISHED, RUN, FINISHED, FAILED, REFUSED)
"""States that an archive can bring in: none that anything follows from."""
STATES = (OPEN, MADE, UNFINISHED, RUN, ASKING, WAITING, RUNNING, FINISHED, FAILED, REFUSED, UNKNOWN)

SHOWN_AS = {OPEN: WAITING, MADE: REFUSED, UNFINISHED: REFUSED, RUN: FINISHED}
"""How a card calls the states that have no word of their own there."""

ToolEvent: TypeAlias = ToolCallStarted | ToolArgumentsDelta | ToolCallEnded
_EVENTS: dict[str, type[ToolEvent]] = {
    START: ToolCallStarted,
    ARGUMENTS: ToolArgumentsDelta,
    END: ToolCallEnded,
}
SENTENCES = {
    OPEN: lazy_text("Being written…"),
    MADE: lazy_text("Not run: no tool was offered."),
    UNFINISHED: lazy_text("Stopped before it was complete. Not run."),
    RUN: lazy_text("Run by the program from which it was imported."),
    ASKING: lazy_text("May this tool run?"),
    WAITING: lazy_text("Approved. It has not run yet."),
    RUNNING: lazy_text("Running…"),
    FINISHED: lazy_text("Finished."),
    FAILED: lazy_text("It failed."),
    REFUSED: lazy_text("You refused it. Not run."),
    UNKNOWN: lazy_text("It may have run: what became of it is not known."),
}


class Verdict(NamedTuple):
    """What is to become of a call that is complete: its state, and a result where that is known."""

    state: str
    result: str | None = None


@dataclass(slots=True)
class AnswerCall:
    """One call of an answer; `number` counts from 0 over all runs that wrote into it.

    `result` is what the model is told, None as long as there is nothing; `pictures` are files.
    """

    number: int
    id: str
    name: str
    state: str = OPEN
    parts: list[str] = field(default_factory=list)
    result: str | None = None
    pictures: Sequence[Mapping[str, Any]] = ()

    @property
    def arguments(self) -> str:
        return "".join(self.parts)

    @property
    def sentence(self) -> str:
        """What became of it."""
        return SENTENCES[self.state]

    @property
    def shown_as(self) -> str:
        """Its state, in a word that pages use."""
        return SHOWN_AS.get(self.state, self.state)

    @property
    def is_undecided(self) -> bool:
        """Whether a person has to say if it runs, or runs again."""
        return self.state == ASKING or (self.state == UNKNOWN and self.result is None)


class CallChange(NamedTuple):
    """What entries did to a call: began it, or wrote `added` of its arguments, or ended it."""

    call: AnswerCall
    began: bool
    added: str


class AnswerCalls:
    """The calls of an answer: those that were kept, and those that a run adds to them."""

    def __init__(self, kept: Iterable[Mapping[str, Any]] = ()) -> None:
        self.all = [_kept(number, call) for number, call in enumerate(kept)]
        self._kept = len(self.all)

    def take(self, entries: Iterable[Entry]) -> list[CallChange]:
        """Add what these entries say; one change for each call that they speak of."""
        changes: dict[int, CallChange] = {}
        for entry in entries:
            if (change := self._take(entry)) is None:
                continue
            before = changes.get(change.call.number)
            if before is not None:
                change = CallChange(change.call, before.began, before.added + change.added)
            changes[change.call.number] = change
        return list(changes.values())

    def as_they_stand(self) -> list[AnswerCall]:
        """The calls, to be shown while more is added to these."""
        return [replace(call, parts=[call.arguments]) for call in self.all]

    def _take(self, entry: Entry) -> CallChange | None:
        if entry.kind in (BEGAN, RESULT):
            return self._ran(json.loads(entry.text))
        if entry.kind not in _EVENTS:
            return None
        event = event_of(entry)
        if isinstance(event, ToolCallStarted):
            self.all.append(AnswerCall(len(self.all), event.id, event.name))
            return CallChange(self.all[-1], True, "")
        call = self.all[self._kept + event.index]
        if isinstance(event, ToolArgumentsDelta):
            call.parts.append(event.text)
            return CallChange(call, False, event.text)
        call.state, call.result = verdict_of(entry)
        call.parts = [event.arguments]
        return CallChange(call, False, "")

    def _ran(self, said: Mapping[str, Any]) -> CallChange | None:
        if not 0 <= said["number"] < len(self.all):
            return None
        call = self.all[said["number"]]
        call.state, call.result = said.get("state", RUNNING), said.get("text")
        call.pictures = said.get("pictures", ())
        return CallChange(call, False, "")


def entry_of(event: ToolEvent, verdict: Verdict | None = None) -> tuple[str, str]:
    """An event as the journal holds it: its kind, and the rest as compact JSON; what is to become
    of a call stands with its end.
    """
    facts = as_json(event)
    kind = facts.pop("type")
    if verdict is not None and verdict.state != MADE:
        facts["state"] = verdict.state
        if verdict.result is not None:
            facts["result"] = verdict.result
    return kind, compact(facts)


def event_of(entry: Entry) -> ToolEvent:
    facts = json.loads(entry.text)
    for name in ("state", "result"):
        facts.pop(name, None)
    return _EVENTS[entry.kind](**facts)


def verdict_of(entry: Entry) -> Verdict:
    """What is to become of the call whose end this entry is."""
    facts = json.loads(entry.text)
    return Verdict(facts.get("state", MADE), facts.get("result"))


def began(number: int) -> tuple[str, str]:
    """The piece that says, before it happens, that a call is run."""
    return BEGAN, compact({"number": number})


def came_to(
    number: int, state: str, text: str, pictures: Sequence[Mapping[str, Any]] = ()
) -> tuple[str, str]:
    """The piece that says what a call came to."""
    said: dict[str, Any] = {"number": number, "state": state, "text": text}
    return RESULT, compact(said | ({"pictures": list(pictures)} if pictures else {}))


def joined(deltas: Sequence[str]) -> Iterator[str]:
    """Entries of arguments that follow each other, those of one call made one."""
    events = [json.loads(delta) for delta in deltas]
    for index, same in groupby(events, lambda event: event["index"]):
        yield compact({"index": index, "text": "".join(event["text"] for event in same)})


def fold(
    kept: Sequence[Mapping[str, Any]], entries: Iterable[Entry], generation: int, *, broke_off: bool
) -> tuple[list[dict[str, Any]], set[int]]:
    """The calls to keep once a run has ended, and the numbers of those that are dropped.

    One that was still open counts as unfinished; where the answer broke off it is no call. What
    became of one that was running is not known.
    """
    calls = AnswerCalls(kept)
    calls.take(entries)
    dropped = {call.number for call in calls.all[len(kept) :] if broke_off and call.state == OPEN}
    owners = [call["generation"] for call in kept]
    return [
        as_kept(call, owners[call.number] if call.number < len(owners) else generation)
        for call in calls.all
        if call.number not in dropped
    ], dropped


def as_kept(call: AnswerCall, generation: int) -> dict[str, Any]:
    """A call as its message keeps it, once nothing runs."""
    state = {OPEN: UNFINISHED, RUNNING: UNKNOWN}.get(call.state, call.state)
    row = {
        "id": call.id,
        "name": call.name,
        "arguments": call.arguments,
        "state": state,
        "generation": generation,
    }
    if call.result is not None:
        row["result"] = call.result
    if call.pictures:
        row["pictures"] = list(call.pictures)
    return row


def _kept(number: int, call: Mapping[str, Any]) -> AnswerCall:
    return AnswerCall(
        number,
        call["id"],
        call["name"],
        call["state"],
        [call["arguments"]],
        call.get("result"),
        call.get("pictures", ()),
    )


def compact(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
