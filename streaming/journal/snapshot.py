"""One moment of an answer: what its message keeps, and the entries not yet folded into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conversations.answers.parts import AnswerParts
from conversations.models import Message
from streaming.journal.entries import REASONING, TEXT, Entry, put, thought, written
from streaming.journal.tool_calls import AnswerCall, AnswerCalls
from streaming.models import Generation


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`kept_thought` are the seconds that ended runs thought, None if that is not known.

    `kept_parts` say how what is kept alternates, as in its message.
    """

    generation_id: int
    kept: str
    kept_reasoning: str
    kept_calls: Sequence[Mapping[str, Any]]
    kept_parts: Sequence[Mapping[str, Any]]
    kept_thought: float | None
    entries: tuple[Entry, ...]
    status: str
    message_id: int

    @property
    def ended(self) -> bool:
        return self.status != Generation.Status.RUNNING

    @property
    def cursor(self) -> int:
        return self.entries[-1].seq if self.entries else 0

    @property
    def text(self) -> str:
        return self.kept + written(self.entries, TEXT)

    @property
    def reasoning(self) -> str:
        return self.kept_reasoning + written(self.entries, REASONING)

    @property
    def thought(self) -> float | None:
        now = thought(self.entries)
        return now if self.kept_thought is None else self.kept_thought + (now or 0)

    def parts(self, entries: Iterable[Entry] | None = None) -> AnswerParts:
        """The parts in their order: with all entries, or with these of them."""
        parts = AnswerParts.of(self.kept_parts, self.kept, self.kept_reasoning, self.kept_calls)
        return _put(parts, self.entries if entries is None else entries, self.generation_id)

    @property
    def calls(self) -> list[AnswerCall]:
        calls = AnswerCalls(self.kept_calls)
        calls.take(self.entries)
        return calls.all


def parts_with(message: Message, entries: Iterable[Entry], generation_id: int) -> AnswerParts:
    """The parts of a message and what these entries of a run add to them."""
    return _put(parts_of(message), entries, generation_id)


def parts_of(message: Message) -> AnswerParts:
    """The parts of a message, as far as they are folded into it."""
    return AnswerParts.of(message.parts, message.text, message.reasoning, message.tool_calls)


def _put(parts: AnswerParts, entries: Iterable[Entry], generation_id: int) -> AnswerParts:
    for entry in entries:
        put(parts, entry, generation_id)
    return parts
