"""Addresses of sockets; an unknown one, or one from elsewhere, is closed without a trace."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection
from typing import Any, TypeAlias

from django.db import Error as StorageError
from django.urls import path, re_path

from streaming.live.consumers import ConversationConsumer
from streaming.site import NotServing

logger = logging.getLogger(__name__)

Receive: TypeAlias = Callable[[], Awaitable[Any]]
Send: TypeAlias = Callable[[Any], Awaitable[None]]
Application: TypeAlias = Callable[[Any, Receive, Send], Awaitable[None]]


async def nowhere(scope: Any, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.close"})


def from_origins(origins: Collection[str], application: Application) -> Application:
    """The application for sockets whose origin is, to the letter, one of these.

    Channels' own validator takes origins apart, and breaks on those that cannot be.
    """

    async def guarded(scope: Any, receive: Receive, send: Send) -> None:
        said = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
        is_ours = len(said) == 1 and said[0] in origins
        await (application if is_ours else nowhere)(scope, receive, send)

    return guarded


def while_there_is_storage(application: Application) -> Application:
    """The application; a socket of which nobody can tell whose it is, is closed.

    Its page tries again. Once a socket was accepted it tells its page itself.
    """

    async def guarded(scope: Any, receive: Receive, send: Send) -> None:
        try:
            await application(scope, receive, send)
        except (StorageError, NotServing) as trouble:
            logger.warning("No socket at %s: %s", scope["path"], trouble)
            await send({"type": "websocket.close"})

    return guarded


websocket_urlpatterns = [
    path("ws/", ConversationConsumer.as_asgi()),
    path("ws/c/<uuid:conversation_id>/", ConversationConsumer.as_asgi()),
    re_path("", nowhere),  # type: ignore[arg-type]  # Django knows views only
]
