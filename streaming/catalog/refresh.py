"""Serving what the database says of the providers now."""

from __future__ import annotations

import asyncio

from streaming.catalog import demo_provider
from streaming.site import Site


async def refresh_providers(site: Site) -> asyncio.Task[None]:
    """Connect what is new or changed, drop what is gone.

    The task that it returns ends when the new ones have told their models.
    """
    changed = await site.providers.refresh()
    changed |= site.providers.set_extra(demo_provider.SLUG, await site.demo.wanted())
    return site.menu.ask_soon(changed)
