"""The demo provider next to the others, switched on and off for all processes."""

from __future__ import annotations

import asyncio
import logging

from django.conf import settings

from streaming.db_threads import in_thread
from streaming.demo.serving.child import DemoChild, DemoDied
from streaming.models import DemoSwitch
from streaming.providers.config import load_providers
from streaming.providers.http.client import Client
from streaming.providers.http.upstream import Upstream
from streaming.providers.registry import provider_for

logger = logging.getLogger(__name__)

SLUG = "demo"


def is_configured() -> bool:
    """Whether this process answers with a demo anyway, as nothing else was connected."""
    return any(config.demo for config in settings.PROVIDERS)


def is_on() -> bool:
    return DemoSwitch.objects.exists()


def switch(on: bool) -> None:
    if on:
        DemoSwitch.objects.get_or_create(pk=DemoSwitch.ONLY)
    else:
        DemoSwitch.objects.all().delete()


class DemoProvider:
    """Started when it is first wanted; when it no longer is, it stays for answers in progress."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._child: DemoChild | None = None
        self._provider: Upstream | None = None
        self._starting = asyncio.Lock()

    async def wanted(self) -> Upstream | None:
        """The provider, if it is switched on and starts."""
        if is_configured() or not await in_thread(is_on)():
            return None
        async with self._starting:
            if self._provider is None:
                self._provider = await asyncio.to_thread(self._started)
        return self._provider

    def _started(self) -> Upstream | None:
        self.end()
        self._child = DemoChild(settings.BASE_DIR / "manage.py")
        try:
            url = self._child.url()
        except DemoDied:
            logger.warning("The demo provider did not start")
            return None
        config, *_ = load_providers({"DEMO_UPSTREAM_URL": url})
        return provider_for(config, self._client)

    def end(self) -> None:
        if self._child is not None:
            self._child.end()
        self._child = None
