"""The journal's words: what an entry is, and who may write entries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from conversations.answers.parts import AnswerParts, Part
from streaming.journal import thinking

LONGEST_ID = 200
MOST_NUMBER = 2**63 - 1
TEXT, REASONING, MARK, ORIGINAL = "text", "reasoning", "mark", "original"
CALL, PICTURE = "tool_start", "picture"

Piece = tuple[str, str]
"""A kind, one of `JournalEntry.Kind`, and a text."""


class Entry(NamedTuple):
    """What one commit added: `kind` is one of `JournalEntry.Kind`."""

    seq: int
    kind: str
    text: str


class Place(NamedTuple):
    """How far a reader of a run has come, and the message that the run wrote into then."""

    generation_id: int
    cursor: int
    message_id: int


class RunState(NamedTuple):
    """What the database says of a run that this process holds."""

    epoch: int
    stop_requested: bool


@dataclass(slots=True)
class Claim:
    """The right to write into a run: good as long as nobody raised its epoch."""

    generation_id: int
    epoch: int
    seq: int = 0

    def number(self, pieces: Sequence[Piece]) -> list[Entry]:
        """These pieces as the run's next entries."""
        entries = [Entry(self.seq + at, *piece) for at, piece in enumerate(pieces, 1)]
        self.seq += len(entries)
        return entries


class Fenced(Exception):
    """The run was taken from this process, or is gone: it may not write any more."""


class StorageUnavailable(Exception):
    """The database refused for too long; what was handed over last is not kept."""


def written(entries: Iterable[Entry], kind: str) -> str:
    """The text of one kind that these entries add."""
    return "".join(entry.text for entry in entries if entry.kind == kind)


def thought(entries: Iterable[Entry]) -> float | None:
    """The seconds of thinking that these entries tell of."""
    return thinking.seconds(entry.text for entry in entries if entry.kind == thinking.KIND)


def put(parts: AnswerParts, entry: Entry, generation_id: int) -> Part | None:
    """Put what an entry adds where it belongs among the parts of its answer; that part, if any."""
    if entry.kind == TEXT:
        return parts.text(entry.text, generation_id)
    if entry.kind == REASONING:
        return parts.thought(entry.text, generation_id)
    if entry.kind == thinking.KIND:
        return parts.took(int(entry.text))
    if entry.kind == PICTURE:
        return parts.picture(json.loads(entry.text), generation_id)
    return parts.call(generation_id) if entry.kind == CALL else None


def mark(response_id: str, cursor: int) -> str:
    """A mark's text: where upstream stood, and in which response; empty if no column takes it."""
    fits = response_id and len(response_id) <= LONGEST_ID and 0 <= cursor <= MOST_NUMBER
    return f"{cursor} {response_id}" if fits else ""
