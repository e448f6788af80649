"""Addresses of sockets; an unknown one, or one from elsewhere, is closed without a trace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import Any, TypeAlias

from django.urls import path, re_path

from streaming.consumers import ConversationConsumer

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


websocket_urlpatterns = [
    path("ws/c/<uuid:conversation_id>/", ConversationConsumer.as_asgi()),
    re_path("", nowhere),  # type: ignore[arg-type]
]
