"""The models to choose from, by provider, and the one that new conversations start with.

They are as configured, or as their servers list them. Whoever chooses for somebody asks for that
person's menu, which holds what the person may use and nothing else.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from weakref import WeakSet

from streaming.audience.permits import EVERYTHING, Permits, permits_of
from streaming.db_threads import OneRound
from streaming.error_messages import replies
from streaming.models import DefaultModel
from streaming.providers.base import Provider
from streaming.providers.config import ProviderConfig
from streaming.providers.model_facts import NOTHING, ModelFacts

REFRESH_SECONDS = 300.0
RETRY_SECONDS = 10.0
PATIENCE_SECONDS = 3.0
CHARACTERS_A_TOKEN = 4


class ModelChoice(NamedTuple):
    """A provider and one of its models."""

    provider: str
    model: str

    @property
    def value(self) -> str:
        return f"{self.provider}/{self.model}"


class UnknownModel(Exception):
    """Nobody offers this; the sentence says what to do."""


class TellsFacts(Protocol):
    """Whoever knows what the lists of providers say of models."""

    def facts(self, slug: str, model: str) -> ModelFacts: ...


class ModelMenu:
    """Asks each provider for its models, and again from time to time."""

    def __init__(self, providers: Mapping[str, Provider]) -> None:
        self._providers = providers
        self._lists: dict[str, tuple[Provider, Sequence[str]]] = {}
        self._names: dict[str, Mapping[str, str]] = {}
        self._described: WeakSet[Provider] = WeakSet()
        self._asking: set[asyncio.Task[None]] = set()
        self._ready = threading.Event()

    async def keep_fresh(self) -> None:
        """Runs until it is cancelled."""
        while True:
            with OneRound("ask providers for their models"):
                await self.ask_soon(self._providers)
            self._ready.set()
            complete = all(self.models(slug) for slug in self._providers)
            await asyncio.sleep(REFRESH_SECONDS if complete else RETRY_SECONDS)

    def ask_soon(self, slugs: Iterable[str]) -> asyncio.Task[None]:
        """Ask these for their models; done when all have answered."""
        task = asyncio.get_running_loop().create_task(self._ask_all(list(slugs)))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)
        return task

    def stop_asking(self) -> None:
        for task in self._asking:
            task.cancel()

    async def _ask_all(self, slugs: Sequence[str]) -> None:
        await asyncio.gather(*map(self._ask, slugs))

    async def _ask(self, slug: str) -> None:
        """A provider that cannot be reached keeps its list; one that took its place does not."""
        provider = self._providers.get(slug)
        if provider is None:
            self._lists.pop(slug, None)
            return
        key = provider.config.api_key
        found = [model for model in await provider.models() if not key or key not in model]
        holder, _ = self._lists.get(slug, (None, ()))
        if self._providers.get(slug) is provider and (found or holder is not provider):
            self._lists[slug] = (provider, found)
            self._names[slug] = names(provider, found)

    async def describe(self) -> None:
        """Hear what servers say of models that were configured, where they were never asked."""
        unasked = {slug: one for slug, one in self._providers.items() if one not in self._described}
        self._described.update(unasked.values())
        await asyncio.gather(*(provider.describe() for provider in unasked.values()))
        for slug, provider in unasked.items():
            self._names[slug] = names(provider, self.models(slug))

    def models(self, slug: str) -> Sequence[str]:
        """What this provider is known to offer."""
        return self._lists.get(slug, (None, ()))[1]

    def facts(self, slug: str, model: str) -> ModelFacts:
        """What its provider's list says of it."""
        provider = self._providers.get(slug)
        return provider.facts.get(model, NOTHING) if provider is not None else NOTHING

    def name(self, slug: str, model: str) -> str:
        """What people call it: the name in its provider's list, else its id."""
        return self._names.get(slug, {}).get(model, model)

    def offers(self) -> list[tuple[ProviderConfig, list[ModelChoice]]]:
        """Each provider with its models; waits a moment for the first answers."""
        self._ready.wait(PATIENCE_SECONDS)
        return [
            (provider.config, [ModelChoice(slug, model) for model in self.models(slug)])
            for slug, provider in list(self._providers.items())
        ]

    def of(self, person_id: int) -> Menu:
        """What this person may choose from, as it is at this moment."""
        return Menu(self, permits_of(person_id))

    def of_administrators(self) -> Menu:
        """All that there is, for the pages on which that is arranged."""
        return Menu(self)


@dataclass(frozen=True, slots=True)
class Menu:
    """What one person may choose from. What that person may not use is not there: whatever is
    asked of it is answered as of a model that does not exist.
    """

    _everything: ModelMenu
    _permits: Permits = EVERYTHING

    def offers(self) -> list[tuple[ProviderConfig, list[ModelChoice]]]:
        """Each provider with its models; waits a moment for the first answers."""
        return [
            (config, [choice for choice in choices if self._permits.model(*choice)])
            for config, choices in self._everything.offers()
            if self._permits.provider(config.slug)
        ]

    def is_open(self, slug: str, model: str) -> bool:
        """Whether the person may use it, connected or not."""
        return self._permits.model(slug, model)

    def facts(self, slug: str, model: str) -> ModelFacts:
        return self._everything.facts(slug, model)

    def name(self, slug: str, model: str) -> str:
        return self._everything.name(slug, model)

    def by_provider(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Each provider's name with its models' values and names, as `model_choices.html` shows
        them; a provider without models is left out.
        """
        return [
            (config.name, [(choice.value, self.name(*choice)) for choice in choices])
            for config, choices in self.offers()
            if choices
        ]

    def has(self, choice: ModelChoice) -> bool:
        return any(choice in choices for _, choices in self.offers())

    def choose(self, value: str) -> ModelChoice:
        """The choice of that value; raises UnknownModel."""
        slug, _, model = value.partition("/")
        offers = self.offers()
        if not any(choices for _, choices in offers):
            why = replies.NO_MODEL_OFFERED if offers else replies.NO_MODEL
            raise UnknownModel(f"{why} {replies.HOW_TO_CONNECT}")
        for config, choices in offers:
            if config.slug != slug:
                continue
            if ModelChoice(slug, model) in choices:
                return ModelChoice(slug, model)
            if not choices:
                raise UnknownModel(replies.models_not_told(config.name))
            raise UnknownModel(replies.no_such_model(config.name, model[:100]))
        raise UnknownModel(replies.UNKNOWN_MODEL)


def tokens(characters: int) -> int:
    """About so many."""
    return -(-characters // CHARACTERS_A_TOKEN)


def names(provider: Provider, models: Sequence[str]) -> Mapping[str, str]:
    """The names that the provider's list gives these models, where one name means one model."""
    key = provider.config.api_key
    found = {model: provider.facts.get(model, NOTHING).name for model in models}
    often = Counter(found.values())
    return {
        model: name
        for model, name in found.items()
        if name and often[name] == 1 and not (key and key in name)
    }


def default_model() -> ModelChoice | None:
    row = DefaultModel.objects.filter(pk=DefaultModel.ONLY).first()
    return ModelChoice(row.provider, row.model) if row else None


def choose_default(choice: ModelChoice | None) -> None:
    """None: new conversations start with the model that was used last."""
    if choice is None:
        DefaultModel.objects.all().delete()
        return
    DefaultModel.objects.update_or_create(
        pk=DefaultModel.ONLY, defaults={"provider": choice.provider, "model": choice.model}
    )
