"""The site as an ASGI application. It starts and stops everything that is alive in a process."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
django.setup(set_prefix=False)

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402 (Django has to be set up)
from django.conf import settings  # noqa: E402 (as above)
from django.db import Error as StorageError  # noqa: E402 (as above)

from chatsite.pages import Pages  # noqa: E402 (as above)
from streaming import lifecycle  # noqa: E402 (as above)
from streaming.live.routing import (  # noqa: E402 (as above)
    from_origins,
    websocket_urlpatterns,
    while_there_is_storage,
)
from streaming.live.sign_in import with_person  # noqa: E402 (as above)
from streaming.ops.malloc import limit_arenas  # noqa: E402 (as above)

logger = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

sockets = from_origins(
    settings.WEBSOCKET_ORIGINS,
    while_there_is_storage(with_person(URLRouter(websocket_urlpatterns))),
)
routes = ProtocolTypeRouter({"http": Pages(), "websocket": sockets})


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Serve one request or socket. The first one starts the process's live parts if need be."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    await _started()
    await routes(scope, receive, send)


async def _started() -> None:
    """Without its database the site does not start: its pages say so, and each tries again."""
    try:
        await lifecycle.ensure_started()
    except (StorageError, OSError) as trouble:
        logger.warning("Not started: %s", trouble)


async def _live(receive: Receive, send: Send) -> None:
    """For servers that speak the lifespan protocol."""
    while True:
        match (await receive())["type"]:
            case "lifespan.startup":
                await _started()
                await send({"type": "lifespan.startup.complete"})
            case "lifespan.shutdown":
                await lifecycle.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


def _live_with_twisted() -> None:
    """For Daphne, which does not: Twisted waits for the Deferred that a trigger returns."""
    from twisted.internet import reactor
    from twisted.internet.defer import Deferred

    from chatsite import bounds

    def stop() -> Deferred[None]:
        return Deferred.fromFuture(asyncio.ensure_future(lifecycle.stop()))

    def start() -> Deferred[None]:
        return Deferred.fromFuture(asyncio.ensure_future(_started()))

    bounds.install()
    reactor.callWhenRunning(start)
    reactor.addSystemEventTrigger("before", "shutdown", stop)


def _shorten_thread_waits() -> None:
    """Shorten what one thread can make the others wait.

    The journal's thread needs the interpreter several times per commit, and a busy event loop
    keeps it for a whole switch interval each time. A garbage collection that looks through every
    module stops all threads for tens of milliseconds, so what is loaded by now is left out of it.
    """
    sys.setswitchinterval(settings.THREAD_TURN_SECONDS)
    gc.collect()
    gc.freeze()


if "daphne.server" in sys.modules:
    limit_arenas()
    _live_with_twisted()
    _shorten_thread_waits()
