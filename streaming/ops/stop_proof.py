"""A stop shown at one's own provider: a long answer is asked for, and stopped early."""

from __future__ import annotations

import math
import time
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from streaming.events import AnswerNoted, Failed, Finished, ReasoningDelta, TextDelta
from streaming.journal.usage import BYTES_A_TOKEN
from streaming.providers.base import ChatMessage, ChatRequest, Provider
from streaming.runs.stop_receipt import idle_at

DELTAS = 20
QUESTION = "Count from 1 to 2000 in English words, one number on each line, and leave none out."
MOST_TOKENS = 8000
"""What a stop that does not work may cost."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What happened, and when. `ended`: the answer was over before it could be stopped.

    `not_cancelled`: the provider would write on without us, and did not take our word to stop.
    `idle_at` is None where the server does not say what it works on.
    """

    asked_at: datetime
    first_delta_seconds: float
    deltas: int
    characters: int
    tokens: int
    stopped_at: datetime
    close_seconds: float
    idle_at: datetime | None = None
    ended: Finished | Failed | None = None
    not_cancelled: Failed | None = None


class _Received:
    """What of the answer has come."""

    def __init__(self) -> None:
        self.deltas = self.characters = self.bytes = 0
        self.first_at = 0.0
        self.response_id = ""
        self.end: Finished | Failed | None = None

    def take(self, event: object) -> None:
        match event:
            case TextDelta(text) | ReasoningDelta(text):
                self.first_at = self.first_at or time.monotonic()
                self.deltas += 1
                self.characters += len(text)
                self.bytes += len(text.encode())
            case AnswerNoted(response_id):
                self.response_id = response_id
            case Finished() | Failed():
                self.end = event

    @property
    def is_enough(self) -> bool:
        return self.deltas >= DELTAS or self.end is not None


async def prove(provider: Provider, model: str) -> Receipt:
    """Ask, stop after a few deltas as a person does, and see what the server says of it."""
    busy = await provider.load() or 0
    asked_at, began = timezone.now(), time.monotonic()
    said, stopped_at, stopped = await _listen(provider, model)
    close_seconds = time.monotonic() - stopped
    not_cancelled = None if said.end else await provider.cancel(said.response_id)
    return Receipt(
        asked_at=asked_at,
        first_delta_seconds=max(said.first_at - began, 0.0),
        deltas=said.deltas,
        characters=said.characters,
        tokens=math.ceil(said.bytes / BYTES_A_TOKEN),
        stopped_at=stopped_at,
        close_seconds=close_seconds,
        idle_at=None if said.end else await idle_at(provider, busy),
        ended=said.end,
        not_cancelled=not_cancelled,
    )


async def _listen(provider: Provider, model: str) -> tuple[_Received, datetime, float]:
    """What was heard, and the moment of the stop; returns once the connection is closed."""
    request = ChatRequest(
        model, (ChatMessage("user", QUESTION),), parameters={"max_tokens": MOST_TOKENS}
    )
    heard = _Received()
    async with aclosing(provider.stream(request)) as batches:
        async for batch in batches:
            for event in batch:
                heard.take(event)
            if heard.is_enough:
                break
        return heard, timezone.now(), time.monotonic()
