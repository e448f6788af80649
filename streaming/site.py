"""What lives in this process, and where its parts are found.

It imports nothing of the house when it runs, so every room may import it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streaming.catalog.demo_provider import DemoProvider
    from streaming.catalog.model_menu import ModelMenu
    from streaming.catalog.provider_registry import ProviderRegistry
    from streaming.cluster.bus import Bus
    from streaming.cluster.bus_relay import BusRelay
    from streaming.cluster.leases import Lease
    from streaming.journal.stop_marks import StopMarks
    from streaming.journal.writer import JournalWriter
    from streaming.live.broadcast import Broadcasts
    from streaming.live.sockets import Sockets
    from streaming.live.thread.shared_news import SharedNews
    from streaming.providers.http.client import Client
    from streaming.runs.runner import Runner


@dataclass(slots=True)
class Site:
    """The living parts of this process.

    `chores` end when shutting down begins, `watches` when the last run has ended. `closing`: it
    takes no new work any more.
    """

    lease: Lease
    bus: Bus
    relay: BusRelay | None
    broadcasts: Broadcasts
    stop_marks: StopMarks
    writer: JournalWriter
    runner: Runner
    menu: ModelMenu
    providers: ProviderRegistry
    sockets: Sockets
    news: SharedNews
    clients: tuple[Client, Client]
    demo: DemoProvider
    loop: asyncio.AbstractEventLoop
    chores: list[asyncio.Task[None]] = field(default_factory=list)
    watches: list[asyncio.Task[None]] = field(default_factory=list)
    closing: bool = False


class NotServing(RuntimeError):
    """Only a serving process has a loop on which answers can run."""


_site: Site | None = None


def site() -> Site:
    """The living parts; raises NotServing where none were started."""
    if _site is None:
        raise NotServing("This process serves no pages: start it with manage.py serve or Daphne.")
    return _site


def is_serving() -> bool:
    """Whether `site()` has something to return."""
    return _site is not None


def set_site(living: Site | None) -> None:
    """For `lifecycle` alone: what was started, or nothing once it has ended."""
    global _site
    _site = living
