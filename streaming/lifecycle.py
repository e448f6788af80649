"""Everything alive in this process: started once, and brought to a good end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from channels.layers import get_channel_layer
from django.conf import settings
from django.db import DatabaseError, connection

from streaming import metrics
from streaming.catalog import demo_here
from streaming.catalog.demo_here import DemoHere
from streaming.catalog.model_menu import Menu
from streaming.catalog.provider_registry import Connected
from streaming.cluster import leases, reaper
from streaming.cluster.bus import Doorbell, Topic
from streaming.cluster.bus_relay import Hints
from streaming.cluster.leases import Lease
from streaming.cluster.poller import Lookout
from streaming.db_threads import close_threads, in_thread
from streaming.journal.writer import JournalWriter, Pace
from streaming.live.broadcast import Broadcasts
from streaming.live.sessions import SignIns
from streaming.live.sockets import SIGNED_OUT, Sockets
from streaming.ops.upgrades import schema
from streaming.providers.config import ProviderConfig
from streaming.providers.http.addresses import Judge
from streaming.providers.http.client import Client, close_client, open_client
from streaming.providers.http.connections import PooledTransport, SteadyConnections
from streaming.providers.http.guarded_client import open_guarded_client
from streaming.providers.http.pacing import Beat
from streaming.providers.registry import provider_for
from streaming.runs import recordings
from streaming.runs.retry_policy import Persistence
from streaming.runs.runner import Runner
from streaming.runs.takeover import TakeOver

logger = logging.getLogger(__name__)

RINGS = "rings"
"""The name of the channel layer between processes."""


@dataclass(slots=True)
class Site:
    """The living parts of this process. `closing`: it takes no new work any more."""

    lease: Lease
    doorbell: Doorbell
    hints: Hints | None
    broadcasts: Broadcasts
    writer: JournalWriter
    runner: Runner
    menu: Menu
    connected: Connected
    sockets: Sockets
    clients: tuple[Client, Client]
    demo: DemoHere
    loop: asyncio.AbstractEventLoop
    chores: list[asyncio.Task[None]] = field(default_factory=list)
    closing: bool = False


class NotServing(RuntimeError):
    """Only a serving process has a loop on which answers can run."""


_site: Site | None = None
_starting: asyncio.Task[None] | None = None


def site() -> Site:
    """The living parts; raises NotServing where none were started."""
    if _site is None:
        raise NotServing("This process serves no pages: start it with manage.py serve or Daphne.")
    return _site


async def ensure_started() -> None:
    """Start on the first call; every call returns when all is up.

    Raises what was in the way, as a database that is not there yet; the next call tries again.
    """
    global _starting
    if _site is None:
        if _starting is None or _starting.done():
            _starting = asyncio.create_task(_start())
        await asyncio.shield(_starting)


async def stop() -> None:
    """End the running answers as interrupted, keep all they wrote, let go of everything.

    Takes no longer than it may, also if the database refuses; what could not be closed then is
    closed by the next process.
    """
    global _site, _starting
    if _site is None:
        return
    ending, _site.closing = _site, True
    for chore in ending.chores:
        chore.cancel()
    ending.menu.stop_asking()
    await _at_most_half(ending.runner.shut_down())
    await _at_most_half(_let_go(ending))
    _site = _starting = None


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
    if ending.hints is not None:
        await ending.hints.stop()
    await asyncio.to_thread(ending.demo.end)
    for client in ending.clients:
        await close_client(client)
    try:
        await in_thread(ending.lease.release)()
    finally:
        await asyncio.to_thread(close_threads)


async def _start() -> None:
    global _site
    await in_thread(schema.refuse_newer)(connection)
    await in_thread(reaper.reap)()
    connections = SteadyConnections(Beat(_frame_seconds, _when_kept))
    client = open_client(PooledTransport(connections))
    guarded = open_guarded_client(Judge(settings.LOCAL_PROVIDERS), connections)
    operators = {config.slug: provider_for(config, client) for config in settings.PROVIDERS}
    connected = Connected(operators, guarded)
    await connected.refresh()
    demo = DemoHere(client)
    connected.lend(demo_here.SLUG, await demo.wanted())
    lease = await in_thread(leases.take)()  # the last that can fail: nothing has to be undone
    layer = get_channel_layer(RINGS)
    hints = Hints(layer, _hear) if layer is not None else None
    doorbell = Doorbell(hints.tell if hints is not None else None)
    writer = JournalWriter(lease.worker_id, pace(), on_stop=_stop_run, every_second=lease.renew)
    started = Site(
        lease=lease,
        doorbell=doorbell,
        hints=hints,
        broadcasts=Broadcasts(doorbell),
        writer=writer,
        runner=Runner(writer, doorbell, connected, persistence()),
        menu=Menu(connected),
        connected=connected,
        sockets=Sockets(settings.SOCKETS_PER_USER, settings.SOCKETS),
        clients=(client, guarded),
        demo=demo,
        loop=asyncio.get_running_loop(),
    )
    lookout = Lookout(
        doorbell, lease.worker_id, started.runner.holds, settings.LOOK_AROUND_MS / 1000
    )
    started.chores = [
        asyncio.create_task(lookout.keep_looking(), name="lookout"),
        asyncio.create_task(started.menu.keep_fresh(), name="menu"),
        asyncio.create_task(_keep_reaping(lease, doorbell), name="reaper"),
        asyncio.create_task(_keep_connected(), name="providers"),
        asyncio.create_task(_keep_signed_in(started.sockets), name="sign-ins"),
    ]
    if settings.AUTO_RESUME:
        started.chores.append(asyncio.create_task(_keep_taking_over(started), name="take-over"))
    _site = started
    metrics.watch(metrics.RUNNING, lambda: len(started.runner))
    metrics.watch(metrics.SOCKETS, lambda: len(started.sockets))
    metrics.watch(metrics.BACKLOG, lambda: started.writer.backlog)
    metrics.watch(metrics.TASKS, lambda: len(asyncio.all_tasks(started.loop)))


def _frame_seconds() -> float:
    return _site.writer.frame_seconds if _site is not None else 0.0


def _when_kept(callback: Callable[[], None]) -> None:
    if _site is not None:
        _site.writer.when_kept(callback)
    else:
        callback()


def pace() -> Pace:
    return Pace(settings.FRAME_MOST_MS, settings.FRAME_MS_PER_RUN, settings.STOP_POLL_MS)


def persistence() -> Persistence:
    return Persistence(
        settings.AUTOMATIC_RETRIES,
        settings.AUTOMATIC_RESUMES,
        settings.BACK_OFF_SECONDS,
        settings.LONGEST_WAIT_SECONDS,
    )


def provider_config(slug: str) -> ProviderConfig | None:
    """What is configured under that name, if it is still connected."""
    if _site is None or not _site.runner.offers(slug):
        return None
    return _site.runner.provider(slug).config


def _stop_run(generation_id: int) -> None:
    if _site is not None:
        _site.runner.stop(generation_id)


def _hear(topic: Topic, *news: Any) -> None:
    """A ring of another process. A wish to stop is one only if the database says so."""
    if _site is None:
        return
    if topic[0] == "cancel":
        _site.writer.look_soon()
    _site.doorbell.heard(topic, *news)


async def take_up_providers() -> asyncio.Task[None]:
    """Serve what the table of providers says now; the task ends when the new have told models."""
    here = site()
    changed = await here.connected.refresh()
    changed |= here.connected.lend(demo_here.SLUG, await here.demo.wanted())
    return here.menu.ask_soon(changed)


async def _keep_connected() -> None:
    """Other processes change the table, too."""
    while True:
        await asyncio.sleep(settings.PROVIDERS_EVERY_SECONDS)
        try:
            await take_up_providers()
        except DatabaseError as trouble:
            logger.warning("Could not look for changed providers: %s", trouble)


async def _keep_signed_in(sockets: Sockets) -> None:
    """R12: a sign-in that was taken away, by whichever process, ends its sockets."""
    sign_ins = SignIns()
    while True:
        await asyncio.sleep(settings.SIGN_INS_EVERY_SECONDS)
        try:
            if held := sockets.sessions:
                sockets.end(await in_thread(sign_ins.ended)(held), SIGNED_OUT)
        except DatabaseError as trouble:
            logger.warning("Could not look for sign-ins that ended: %s", trouble)


async def _keep_taking_over(here: Site) -> None:
    """Go on with what stopped processes left behind."""
    take_over = TakeOver(here.runner, here.lease.worker_id, settings.AUTOMATIC_RESUMES)
    while True:
        await asyncio.sleep(settings.TAKE_OVER_EVERY_SECONDS)
        room = settings.RUNNING_GENERATIONS - len(here.runner)
        try:
            for job in await in_thread(take_over.take)(room):
                here.runner.launch(job)
                here.doorbell.ring(("thread", job.conversation_id))
        except DatabaseError as trouble:
            logger.warning("Could not look for answers to go on with: %s", trouble)


async def _keep_reaping(lease: Lease, doorbell: Doorbell) -> None:
    def reap() -> list[UUID]:
        lease.renew()  # nor may the others take who slept for dead any longer
        return reaper.reap(lease.worker_id)

    while True:
        await asyncio.sleep(settings.REAP_EVERY_SECONDS)
        try:
            for conversation in await in_thread(reap)():
                doorbell.ring(("thread", conversation))
        except DatabaseError as trouble:
            logger.warning("Could not look for answers left behind: %s", trouble)
