"""One moment of an answer: what its message keeps, and the entries not yet folded into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from streaming.journal.entries import REASONING, TEXT, Entry, thought, written
from streaming.journal.tool_calls import AnswerCall, AnswerCalls
from streaming.models import Generation


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`kept_thought` are the seconds that ended runs thought, None if that is not known."""

    kept: str
    kept_reasoning: str
    kept_calls: Sequence[Mapping[str, Any]]
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

    @property
    def calls(self) -> list[AnswerCall]:
        calls = AnswerCalls(self.kept_calls)
        calls.take(self.entries)
        return calls.all
