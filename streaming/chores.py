"""What a serving process does again and again in the background, until it is stopped."""

from __future__ import annotations

import asyncio
from uuid import UUID

from django.conf import settings

from conversations.audit import keeping
from conversations.files import coming, sweeping
from streaming.catalog.refresh import refresh_providers
from streaming.cluster import reaper
from streaming.cluster.bus import Bus, Topic
from streaming.cluster.leases import Lease
from streaming.cluster.poller import Poller
from streaming.db_threads import OneRound, in_thread, in_watch_thread
from streaming.leaving import going
from streaming.live.protocol import ROLE_CHANGED, SIGNED_OUT
from streaming.live.sessions import SessionCheck, roles_of
from streaming.live.sockets import Sockets
from streaming.queue import line, recovery
from streaming.runs.takeover import TakeOver
from streaming.site import Site
from streaming.titles import automatic
from streaming.transfer.work import keep_working
from streaming.trash.emptying import Emptying

HEARTBEAT_SECONDS = 1.0
FORGET_EVERY_SECONDS = 3600.0


def start(site: Site) -> list[asyncio.Task[None]]:
    """Each loop as a task of its own."""
    poller = Poller(
        site.bus, site.lease.worker_id, site.runner.holds, settings.LOOK_AROUND_MS / 1000
    )
    chores = {
        "poller": poller.keep_polling(),
        "menu": site.menu.keep_fresh(),
        "reaper": keep_reaping(site.lease, site.bus),
        "providers": keep_connected(site),
        "sign-ins": keep_signed_in(site.sockets),
        "trash": keep_emptying(),
        "files": keep_sweeping(),
        "leaving": keep_leaving(),
        "log of acts": keep_forgetting(),
        "titles": automatic.keep_titling(),
        "prompts in line": keep_sending(),
        "transfers": keep_working(site.lease.worker_id, site.bus),
    }
    if settings.AUTO_RESUME:
        chores["take-over"] = keep_taking_over(site)
    return [asyncio.create_task(chore, name=name) for name, chore in chores.items()]


def start_watches(site: Site) -> list[asyncio.Task[None]]:
    """What other processes rely on as long as runs are written here."""
    watches = {"lease": keep_lease(site.lease), "stop marks": site.stop_marks.keep_looking()}
    return [asyncio.create_task(watch, name=name) for name, watch in watches.items()]


async def keep_lease(lease: Lease) -> None:
    """The heartbeat by which others see that this process lives."""
    while True:
        with OneRound("renew the lease of this process"):
            await in_watch_thread(lease.renew)()
        await asyncio.sleep(HEARTBEAT_SECONDS)


async def keep_connected(site: Site) -> None:
    """Other processes change the table of providers, too."""
    while True:
        await asyncio.sleep(settings.PROVIDERS_EVERY_SECONDS)
        with OneRound("look for changed providers"):
            await refresh_providers(site)


async def keep_signed_in(sockets: Sockets) -> None:
    """R12: a sign-in or a role that was taken away, by whichever process, ends its sockets."""
    check = SessionCheck()
    while True:
        await asyncio.sleep(settings.SIGN_INS_EVERY_SECONDS)
        with OneRound("look for sign-ins that ended"):
            if held := sockets.sessions:
                sockets.end(await in_thread(check.ended)(held), SIGNED_OUT)
            if people := sockets.with_a_role:
                sockets.end_other_roles(await in_thread(roles_of)(people), ROLE_CHANGED)


async def keep_taking_over(site: Site) -> None:
    """Continue what stopped processes left unfinished."""
    take_over = TakeOver(site.runner, site.lease.worker_id, settings.AUTOMATIC_RESUMES)
    while True:
        await asyncio.sleep(settings.TAKE_OVER_EVERY_SECONDS)
        room = settings.RUNNING_GENERATIONS - len(site.runner)
        with OneRound("look for answers to continue"):
            for job in await in_thread(take_over.take)(room):
                site.runner.launch(job)
                await in_thread(recovery.release)(job.conversation_id)
                site.bus.publish(Topic.THREAD.of(job.conversation_id))


async def keep_emptying() -> None:
    """Delete for good what is due in the trash, and leave others as much time as that takes."""
    emptying, loop = Emptying(), asyncio.get_running_loop()
    while True:
        begun, more = loop.time(), False
        with OneRound("empty the trash"):
            more = await in_thread(emptying.take_piece)()
        took = loop.time() - begun
        await asyncio.sleep(took if more else settings.EMPTY_EVERY_SECONDS)


async def keep_leaving() -> None:
    """Delete what closed accounts have, where the click that closed one did not get that far."""
    while True:
        await asyncio.sleep(settings.EMPTY_EVERY_SECONDS)
        with OneRound("delete accounts"):
            await in_thread(going.take_piece)()


async def keep_forgetting() -> None:
    """Delete rows of the log of acts whose time is over."""
    while True:
        more = False
        with OneRound("forget old acts"):
            more = await in_thread(keeping.forget_old)()
        await asyncio.sleep(settings.EMPTY_EVERY_SECONDS if more else FORGET_EVERY_SECONDS)


async def keep_sweeping() -> None:
    """Delete the bytes of files that are gone, and now and then look for those nobody needs."""
    loop, looked = asyncio.get_running_loop(), 0.0
    while True:
        more = False
        with OneRound("delete files that nobody needs"):
            if loop.time() > looked:
                looked = loop.time() + settings.FILES_LOOK_SECONDS
                await in_thread(look_for_files)()
            more = await in_thread(sweeping.sweep_piece)()
        await asyncio.sleep(0 if more else settings.EMPTY_EVERY_SECONDS)


def look_for_files() -> None:
    coming.forget_old()
    sweeping.doom_left(line.files_held())


async def keep_sending() -> None:
    """Send, or hold, what waits in line after answers whose process died."""
    while True:
        with OneRound("look for prompts in line"):
            await in_thread(recovery.advance_all)()
        await asyncio.sleep(settings.REAP_EVERY_SECONDS)


async def keep_reaping(lease: Lease, bus: Bus) -> None:
    """Close the runs of processes that died."""

    def reap() -> list[UUID]:
        lease.renew()  # so that others do not take a process that slept for a dead one
        return reaper.reap(lease.worker_id)

    while True:
        await asyncio.sleep(settings.REAP_EVERY_SECONDS)
        with OneRound("look for answers without a process"):
            for conversation in await in_thread(reap)():
                bus.publish(Topic.THREAD.of(conversation))
