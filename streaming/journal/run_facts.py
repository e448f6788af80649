"""What became known of a run by its end: how it ended, what it used and cost, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from streaming.events import CostReported, UsageReported, Warned
from streaming.models import Generation
from streaming.prices.quote import Quote


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What `store.close` records. The status is RUNNING until it is known how the run ended.

    It `wants_round` if the model waits for calls of tools that nobody has to be asked about.
    """

    status: Generation.Status
    finish_reason: str = ""
    error_code: str = ""
    error_message: str = ""
    retry_after: float | None = None
    usage: UsageReported | None = None
    cost: CostReported | None = None
    quote: Quote | None = None
    warnings: tuple[Warned, ...] = ()
    request_characters: int = 0
    request_id: str = ""
    opaque: Mapping[str, Any] | None = None
    turn_at: datetime | None = None
    first_delta_at: datetime | None = None
    upstream_closed_at: datetime | None = None
    wants_round: bool = False
