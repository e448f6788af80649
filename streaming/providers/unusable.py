"""A provider that cannot be asked, and says why in the place of an answer."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Literal, TypeAlias

from streaming.events import Event, Failed
from streaming.providers.base import ChatRequest
from streaming.providers.config import ProviderConfig
from streaming.providers.model_facts import ModelFacts

Reason: TypeAlias = Literal[
    "provider_removed", "key_unreadable", "own_key_missing", "own_key_unreadable"
]
"""Codes of the catalogue."""


class Unusable:
    """See `base.Provider` for the promise."""

    def __init__(self, config: ProviderConfig, reason: Reason) -> None:
        self.config = config
        self.facts: Mapping[str, ModelFacts] = {}
        self._failed = Failed("connection", False, code=reason)

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Sequence[Event], None]:
        yield (self._failed,)

    async def cancel(self, response_id: str) -> Failed | None:
        return self._failed

    async def load(self) -> int | None:
        return None

    async def models(self) -> tuple[str, ...]:
        return self.config.models

    async def describe(self) -> None:
        pass

    async def ask_models(self) -> tuple[str, ...] | Failed:
        return self.config.models or self._failed


def removed(slug: str) -> Unusable:
    """Stands for a provider that was removed between the request and the answer."""
    return Unusable(ProviderConfig(slug, slug, "chat", ""), "provider_removed")
