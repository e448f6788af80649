"""What the page of providers shows of each: its address, its models, its state."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings

from streaming.audience import rules
from streaming.catalog.connection_test import Trial
from streaming.catalog.forms import FORMAT_NAMES
from streaming.catalog.provider_store import key_of
from streaming.catalog.sealed_keys import Unreadable
from streaming.error_messages import provider_pages
from streaming.models import StoredProvider
from streaming.providers.config import ProviderConfig
from streaming.providers.key_mask import masked
from streaming.site import site


@dataclass(frozen=True, slots=True)
class ProviderCard:
    """`tone` is that of `state`: amber, red or nothing. `trial` is a test just made.

    `restricted`: not all of it is for everybody.
    """

    slug: str
    name: str
    base_url: str
    format: str
    key: str
    state: str
    tone: str
    models: int
    editable: bool
    enabled: bool = True
    trial: Trial | None = None
    restricted: bool = False


def cards(
    tried: str = "", trial: Trial | None = None
) -> tuple[list[ProviderCard], list[ProviderCard]]:
    """The operator's providers, and those that can be changed here."""

    def trial_of(slug: str) -> Trial | None:
        return trial if slug == tried else None

    some = rules.restricted()
    operators = [of_operator(config, trial_of(config.slug)) for config in settings.PROVIDERS]
    stored = [of_row(row, trial_of(row.slug)) for row in StoredProvider.objects.all()]
    return (
        [replace(card, restricted=card.slug in some) for card in operators],
        [replace(card, restricted=card.slug in some) for card in stored],
    )


def of_operator(config: ProviderConfig, trial: Trial | None = None) -> ProviderCard:
    models = len(site().menu.models(config.slug))
    return ProviderCard(
        slug=config.slug,
        name=config.name,
        base_url=config.base_url,
        format=_format_name(config.format),
        key="set" if config.api_key else "",
        state=provider_pages.SCRIPTED if config.demo else "",
        tone="",
        models=models,
        editable=False,
        trial=trial,
    )


def of_row(row: StoredProvider, trial: Trial | None = None) -> ProviderCard:
    try:
        key, readable = key_of(row), True
    except Unreadable:
        key, readable = "", False
    models = len(row.model_ids or site().menu.models(row.slug))
    state, tone = _state(row, readable, models)
    return ProviderCard(
        slug=row.slug,
        name=row.name,
        base_url=row.base_url,
        format=_format_name(row.format),
        key=masked(key) if key else "",
        state=state,
        tone=tone,
        models=models,
        editable=True,
        enabled=row.enabled,
        trial=trial,
    )


def _state(row: StoredProvider, readable: bool, models: int) -> tuple[str, str]:
    """The first reason why it cannot be used, and its tone."""
    if any(config.slug == row.slug for config in settings.PROVIDERS):
        return provider_pages.HIDDEN, "amber"
    if not row.enabled:
        return provider_pages.OFF, ""
    if not readable:
        return provider_pages.KEY_LOST, "red"
    return ("", "") if models else (provider_pages.NO_MODELS, "amber")


def _format_name(wire_format: str) -> str:
    return str(dict(FORMAT_NAMES).get(wire_format, wire_format)).split(" (")[0]
