"""Providers that are kept in the database, and their configurations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from typing import NamedTuple, cast

from django.conf import settings

from streaming.catalog.sealed_keys import Unreadable, seal, unseal
from streaming.models import StoredProvider
from streaming.providers.config import FORMATS, ProviderConfig, ResumeMode, WireFormat, slug_of

RESERVED = frozenset({"add", "default", "demo", "openai", "anthropic"})
"""Names of pages, and of providers that the environment may configure later."""


class StoredConfig(NamedTuple):
    """A provider as a row describes it; if its key is not `readable` it cannot be asked."""

    config: ProviderConfig
    readable: bool = True


def enabled() -> list[StoredConfig]:
    """Those to connect, the oldest first."""
    return [stored(row) for row in StoredProvider.objects.filter(enabled=True, format__in=FORMATS)]


def stored(row: StoredProvider) -> StoredConfig:
    try:
        key, readable = key_of(row), True
    except Unreadable:
        key, readable = "", False
    config = ProviderConfig(
        slug=row.slug,
        name=row.name,
        format=cast(WireFormat, row.format),
        base_url=row.base_url,
        api_key=key,
        models=tuple(row.model_ids),
        resume=cast("ResumeMode | None", row.resume or None),
    )
    return StoredConfig(config, readable)


def key_of(row: StoredProvider) -> str:
    """The key, empty where there is none; raises Unreadable."""
    return unseal(row.sealed_key, _purpose(row)) if row.sealed_key else ""


def give_key(row: StoredProvider, key: str) -> None:
    """Seal the key, or the absence of one, into the row as it is addressed now.

    The key that it holds already stays sealed as it is.
    """
    with suppress(Unreadable):
        if key and key_of(row) == key:
            return
    row.sealed_key = seal(key, _purpose(row)) if key else ""


def described(row: StoredProvider, *, another_key: bool = False) -> str:
    """What the log of acts says of it: never the key, but whether it has one."""
    key = "another key" if another_key and row.sealed_key else "with a key"
    parts = (row.name, row.format, row.base_url, row.resume, key if row.sealed_key else "no key")
    return ", ".join(filter(None, parts))


def free_slug(name: str) -> str:
    """A short name for a new provider that no other has."""
    taken = {config.slug for config in settings.PROVIDERS} | RESERVED
    taken |= set(StoredProvider.objects.values_list("slug", flat=True))
    return next(slug for slug in _slugs(slug_of(name)[:40]) if slug not in taken)


def _slugs(first: str) -> Iterator[str]:
    yield first
    yield from (f"{first}-{number}" for number in count(2))


def _purpose(row: StoredProvider) -> str:
    """A key is for this row and this address alone."""
    return f"provider {row.pk} at {row.base_url}"
