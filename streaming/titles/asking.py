"""Asks a model for a title: one short request, bounded in time and size, that nothing waits for."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from dataclasses import dataclass

from django.conf import settings

from streaming.events import (
    AnswerNoted,
    CostReported,
    Event,
    Failed,
    Finished,
    ReasoningDelta,
    TextDelta,
    UsageReported,
)
from streaming.providers.base import ChatRequest, Provider
from streaming.providers.key_mask import without_key

ENOUGH = 600
"""Characters after which a model that writes more than a title is not listened to."""

CANCEL_SECONDS = 3.0


@dataclass(slots=True)
class Reply:
    """What came. `failed` if that was a failure, or nothing within the time."""

    text: str = ""
    thoughts: str = ""
    usage: UsageReported | None = None
    cost: CostReported | None = None
    failed: Failed | None = None
    response_id: str = ""
    over: bool = False

    def take(self, event: Event) -> None:
        match event:
            case TextDelta(text):
                self.text += text
            case ReasoningDelta(text):
                self.thoughts += text
            case UsageReported():
                self.usage = event
            case CostReported():
                self.cost = event
            case AnswerNoted(response_id):
                self.response_id = response_id
            case Failed():
                self.failed, self.over = event, True
            case Finished():
                self.over = True


async def ask(provider: Provider, request: ChatRequest) -> Reply:
    """What the provider replies; the connection is closed when this returns or is cancelled."""
    reply = Reply()
    try:
        async with asyncio.timeout(settings.TITLE_SECONDS):
            await _listen(provider, request, reply)
    except TimeoutError:
        reply.failed = Failed("timeout", True, code="total")
    finally:
        if provider.config.is_background and reply.response_id and not reply.over:
            with suppress(TimeoutError):
                async with asyncio.timeout(CANCEL_SECONDS):
                    await provider.cancel(reply.response_id)
    reply.text = without_key(reply.text, provider.config.api_key)
    return reply


async def _listen(provider: Provider, request: ChatRequest, reply: Reply) -> None:
    async with aclosing(provider.stream(request)) as batches:
        async for batch in batches:
            for event in batch:
                reply.take(event)
            if len(reply.text) > ENOUGH:
                return
