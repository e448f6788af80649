"""Starts everything that lives in this process, once, and brings it to a good end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Iterable
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings
from django.db import DatabaseError, connection

from streaming import chores, metrics
from streaming.catalog import demo_provider
from streaming.catalog.demo_provider import DemoProvider
from streaming.catalog.model_menu import ModelMenu
from streaming.catalog.provider_registry import ProviderRegistry
from streaming.cluster import leases, reaper
from streaming.cluster.bus import Bus, Subject, Topic
from streaming.cluster.bus_relay import BusRelay
from streaming.db_threads import close_threads, in_thread, in_watch_thread
from streaming.journal.pace import Pace
from streaming.journal.stop_marks import StopMarks
from streaming.journal.writer import JournalWriter
from streaming.live.broadcast import Broadcasts
from streaming.live.sockets import Sockets
from streaming.live.thread.shared_news import SharedNews
from streaming.ops import nightly
from streaming.ops.memory import keep_small
from streaming.ops.upgrades import schema
from streaming.providers.http.addresses import AddressPolicy
from streaming.providers.http.client import close_client, open_client
from streaming.providers.http.guarded_client import open_guarded_client
from streaming.providers.http.pacing import FramePacing
from streaming.providers.registry import provider_for
from streaming.queue import recovery
from streaming.runs import recordings
from streaming.runs.retry_policy import RetryPolicy
from streaming.runs.runner import Runner
from streaming.site import Site, is_serving, set_site, site

logger = logging.getLogger(__name__)

BUS_LAYER = "bus"
"""The name of the channel layer between processes."""

_starting: asyncio.Task[None] | None = None


async def ensure_started() -> None:
    """Start on the first call; every call returns when all is up.

    Raises what was in the way, as a database that is not there yet; the next call tries again.
    """
    global _starting
    if not is_serving():
        if _starting is None or _starting.done():
            _starting = asyncio.create_task(_start())
        await asyncio.shield(_starting)


async def stop() -> None:
    """End the running answers as interrupted, keep all they wrote, release everything.

    Takes no longer than it may, also if the database refuses; what could not be closed then is
    closed by the next process.
    """
    global _starting
    if not is_serving():
        return
    ending = site()
    ending.closing = True
    _end(ending.chores)
    ending.menu.stop_asking()
    await _at_most_half(ending.runner.stop_all())
    try:
        await _at_most_half(_let_go(ending))
    finally:
        _end(ending.watches)
    set_site(None)
    _starting = None


def _end(tasks: Iterable[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()


async def _at_most_half(work: Awaitable[None]) -> None:
    """Do the work in half of the time that shutting down may take."""
    try:
        async with asyncio.timeout(settings.SHUTDOWN_SECONDS / 2):
            await work
    except (TimeoutError, DatabaseError) as trouble:
        logger.error("Not everything could be brought to its end: %r", trouble)


async def _let_go(ending: Site) -> None:
    await recordings.settle()
    await ending.writer.stop()
    _end(ending.watches)
    if ending.relay is not None:
        await ending.relay.stop()
    await asyncio.to_thread(ending.demo.end)
    for client in ending.clients:
        await close_client(client)
    try:
        await in_watch_thread(ending.lease.release)()  # after what may be renewing it now
    finally:
        await asyncio.to_thread(close_threads)


async def _start() -> None:
    await in_thread(schema.refuse_newer)(connection)
    await in_thread(reaper.reap)()
    client = open_client()
    guarded = open_guarded_client(AddressPolicy(settings.LOCAL_PROVIDERS))
    operators = {
        config.slug: provider_for(config, client, guarded) for config in settings.PROVIDERS
    }
    providers = ProviderRegistry(operators, guarded)
    await providers.refresh()
    demo = DemoProvider(client)
    providers.set_extra(demo_provider.SLUG, await demo.wanted())
    lease = await in_thread(leases.take)()  # the last that can fail: nothing has to be undone
    layer = get_channel_layer(BUS_LAYER)
    relay = BusRelay(layer, _hear) if layer is not None else None
    bus = Bus(relay.forward if relay is not None else None)
    stop_marks = StopMarks(lease.worker_id, settings.STOP_POLL_MS / 1000, on_stop=_stop_run)
    writer = JournalWriter(lease.worker_id, _pace(), stop_marks)
    started = Site(
        lease=lease,
        bus=bus,
        relay=relay,
        broadcasts=Broadcasts(bus),
        stop_marks=stop_marks,
        writer=writer,
        runner=Runner(
            *(writer, stop_marks, bus, providers, _retry_policy()),
            backpressure=FramePacing(writer),
            after_answer=recovery.after_answer,
        ),
        menu=ModelMenu(providers),
        providers=providers,
        sockets=Sockets(settings.SOCKETS_PER_USER, settings.SOCKETS),
        news=SharedNews(),
        clients=(client, guarded),
        demo=demo,
        loop=asyncio.get_running_loop(),
    )
    started.chores = chores.start(started)
    started.chores.append(asyncio.create_task(keep_small(started.runner), name="memory"))
    if nightly.is_wanted():
        copying = asyncio.create_task(nightly.keep_copying(), name="nightly copy")
        started.chores.append(copying)
    started.watches = chores.start_watches(started)
    set_site(started)
    metrics.watch(metrics.RUNNING, lambda: len(started.runner))
    metrics.watch(metrics.SOCKETS, lambda: len(started.sockets))
    metrics.watch(metrics.BACKLOG, lambda: started.writer.backlog)
    metrics.watch(metrics.TASKS, lambda: len(asyncio.all_tasks(started.loop)))


def _pace() -> Pace:
    return Pace(settings.FRAME_LEAST_MS, settings.FRAME_MS_PER_RUN, settings.FRAME_MOST_MS)


def _retry_policy() -> RetryPolicy:
    return RetryPolicy(
        settings.AUTOMATIC_RETRIES,
        settings.AUTOMATIC_RESUMES,
        settings.BACK_OFF_SECONDS,
        settings.LONGEST_WAIT_SECONDS,
    )


def _stop_run(generation_id: int) -> None:
    if is_serving():
        site().runner.stop(generation_id)


def _hear(subject: Subject, *payload: Any) -> None:
    """A message of another process. A wish to stop is one only if the database says so."""
    if not is_serving():
        return
    if subject.topic is Topic.STOP_REQUESTED:
        site().stop_marks.look_soon()
    site().bus.deliver(subject, *payload)
