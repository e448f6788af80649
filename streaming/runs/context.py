"""What the runs of a process share."""

from __future__ import annotations

from dataclasses import dataclass, field

from streaming.cluster.bus import Bus
from streaming.journal.stop_marks import StopMarks
from streaming.journal.writer import JournalWriter
from streaming.providers.base import Backpressure
from streaming.runs.retry_policy import RetryPolicy
from streaming.runs.stop_receipt import Receipts


@dataclass(frozen=True, slots=True)
class RunContext:
    """`refused_prefill` are (provider, model) pairs.

    `backpressure` slows the reading of answers to the speed at which the writer keeps them.
    """

    writer: JournalWriter
    stop_marks: StopMarks
    bus: Bus
    retry_policy: RetryPolicy
    backpressure: Backpressure | None = None
    refused_prefill: set[tuple[str, str]] = field(default_factory=set)
    receipts: Receipts = field(default_factory=Receipts)
