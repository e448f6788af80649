"""The providers of this process by their slugs: the operator's, then those kept in the database."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping

from streaming.catalog import provider_store
from streaming.catalog.provider_store import StoredConfig
from streaming.db_threads import in_thread
from streaming.providers.base import Provider
from streaming.providers.config import ProviderConfig
from streaming.providers.http.client import Client
from streaming.providers.http.upstream import Upstream
from streaming.providers.registry import provider_for
from streaming.providers.unusable import Unusable
from streaming.site import is_serving, site


class ProviderRegistry(Mapping[str, Provider]):
    """Runs keep the provider that they began with; whoever looks one up gets today's.

    Those of the database are called through `client`, which checks addresses. Where both use
    one slug the operator's is meant.
    """

    def __init__(self, operators: Mapping[str, Upstream], client: Client) -> None:
        self._operators = operators
        self._extra: set[str] = set()
        self._client = client
        self._stored: dict[str, StoredConfig] = {}
        self._now: Mapping[str, Provider] = dict(operators)
        self._refreshing = asyncio.Lock()

    def __getitem__(self, slug: str) -> Provider:
        return self._now[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now)

    def __len__(self) -> int:
        return len(self._now)

    async def refresh(self) -> set[str]:
        """Connect what the database says now; the slugs of what is new, changed or gone."""
        async with self._refreshing:
            rows = await in_thread(provider_store.enabled)()
            found = {row.config.slug: row for row in rows}
            changed = {
                slug
                for slug in self._stored.keys() | found.keys()
                if self._stored.get(slug) != found.get(slug)
            }
            if changed or list(found) != list(self._stored):
                self._now = self._connect(found, changed)
                self._stored = found
            return changed

    def set_extra(self, slug: str, provider: Upstream | None) -> set[str]:
        """Put one more among the operator's, or take it away; the slugs of what changed.

        What the operator has configured by that name stays.
        """
        is_operators = slug in self._operators and slug not in self._extra
        if is_operators or self._operators.get(slug) is provider:
            return set()
        self._extra = set() if provider is None else {slug}
        kept = {name: one for name, one in self._operators.items() if name != slug}
        self._operators = kept if provider is None else {**kept, slug: provider}
        stored = {name: self._now[name] for name in self._stored}
        self._now = {**self._operators, **stored, **self._operators}
        return {slug}

    def operators_own(self, slug: str) -> Upstream | None:
        return self._operators.get(slug)

    def candidate(self, stored: StoredConfig) -> Upstream | Unusable:
        """A provider as it would be, connected or not."""
        if not stored.readable:
            return Unusable(stored.config, "key_unreadable")
        return provider_for(stored.config, self._client, self._client)

    def _connect(
        self, found: Mapping[str, StoredConfig], changed: set[str]
    ) -> Mapping[str, Provider]:
        fresh: dict[str, Provider] = {
            slug: self.candidate(found[slug]) for slug in changed & found.keys()
        }
        kept = {slug: fresh.get(slug) or self._now[slug] for slug in found}
        return {**self._operators, **kept, **self._operators}


def provider_config(slug: str) -> ProviderConfig | None:
    """What is configured under that name, if this process serves and it is still connected."""
    provider = site().providers.get(slug) if is_serving() else None
    return provider.config if provider is not None else None
