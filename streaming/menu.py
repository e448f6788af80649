"""The models to choose from, by provider: as configured, or as their servers list them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from streaming.providers.base import Provider
from streaming.providers.config import ProviderConfig

REFRESH_SECONDS = 300.0
RETRY_SECONDS = 10.0
PATIENCE_SECONDS = 3.0


class Choice(NamedTuple):
    """A provider and one of its models."""

    provider: str
    model: str

    @property
    def value(self) -> str:
        return f"{self.provider}/{self.model}"


class UnknownModel(Exception):
    """Nobody offers this; the sentence says what to do."""


class Menu:
    """Asks each provider for its models, and again from time to time."""

    def __init__(self, providers: Mapping[str, Provider]) -> None:
        self._providers = providers
        self._models: dict[str, Sequence[str]] = {}
        self._ready = threading.Event()

    async def keep_fresh(self) -> None:
        """Runs until it is cancelled."""
        while True:
            await asyncio.gather(*map(self._ask, self._providers.items()))
            self._ready.set()
            complete = all(self._models.values())
            await asyncio.sleep(REFRESH_SECONDS if complete else RETRY_SECONDS)

    async def _ask(self, item: tuple[str, Provider]) -> None:
        slug, provider = item
        self._models[slug] = await provider.models() or self._models.get(slug, ())

    def offers(self) -> list[tuple[ProviderConfig, list[Choice]]]:
        """Each provider with its models; waits a moment for the first answers."""
        self._ready.wait(PATIENCE_SECONDS)
        return [
            (provider.config, [Choice(slug, model) for model in self._models.get(slug, ())])
            for slug, provider in self._providers.items()
        ]

    def choose(self, value: str) -> Choice:
        """The choice of that value; raises UnknownModel."""
        slug, _, model = value.partition("/")
        offers = self.offers()
        if not offers:
            raise UnknownModel("No model is connected yet. The README says how to connect one.")
        for config, choices in offers:
            if config.slug != slug:
                continue
            if Choice(slug, model) in choices:
                return Choice(slug, model)
            if not choices:
                raise UnknownModel(
                    f"{config.name} did not tell its models. Check its address and key, "
                    "or list its models in the providers file."
                )
            raise UnknownModel(f"{config.name} has no model “{model[:100]}”. Choose another one.")
        raise UnknownModel("That model is not connected here. Choose one from the list.")
