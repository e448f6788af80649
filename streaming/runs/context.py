"""What the runs of a process share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

from streaming.cluster.bus import Bus
from streaming.journal.stop_marks import StopMarks
from streaming.journal.writer import JournalWriter
from streaming.providers.base import Backpressure
from streaming.runs.retry_policy import RetryPolicy
from streaming.runs.slots.line import Slots
from streaming.runs.stop_receipt import Receipts

AfterAnswer: TypeAlias = Callable[[UUID], Awaitable[None]]
"""Called with the conversation in which an answer has ended, whatever its end."""


async def nothing_follows(conversation_id: UUID) -> None:
    """Where nothing waits for the end of an answer."""


@dataclass(frozen=True, slots=True)
class RunContext:
    """`refused_prefill` are (provider, model) pairs.

    `backpressure` slows the reading of answers to the speed at which the writer keeps them.
    """

    writer: JournalWriter
    stop_marks: StopMarks
    bus: Bus
    retry_policy: RetryPolicy
    slots: Slots
    backpressure: Backpressure | None = None
    after_answer: AfterAnswer = nothing_follows
    refused_prefill: set[tuple[str, str]] = field(default_factory=set)
    receipts: Receipts = field(default_factory=Receipts)
