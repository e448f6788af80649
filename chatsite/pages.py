"""Pages over ASGI: each request goes to a thread once, and threads keep their connections.

Django's own handler starts a thread and opens a database connection for each request, and goes
back and forth between that thread and the loop for each middleware that is not written twice. All
views and middlewares of the site are synchronous, so here the whole of a request is done in one go.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import IO, Any

from asgiref.sync import ThreadSensitiveContext
from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.urls import set_script_prefix

from chatsite.bounds.turns import Turns
from streaming.db_threads import in_page_thread

SMALL_FILE = 1024 * 1024
"""Bytes of a file that is read at once."""


class Pages(ASGIHandler):
    """The site's pages, as an ASGI application."""

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self._turns = Turns(
            settings.REQUESTS_AT_ONCE,
            settings.REQUEST_TURN_SECONDS,
            settings.REQUESTS_OF_ONE_AT_ONCE,
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        with suppress(RequestAborted):
            body = await self.read_body(receive)
            with body:
                await self._serve(scope, body, receive, send)

    async def _serve(self, scope: Any, body: IO[bytes], receive: Any, send: Any) -> None:
        work = partial(copy_context().run, self._respond, scope, body)
        async with self._turns.one(asker(scope)):
            response: HttpResponseBase = await in_page_thread(work)()
        if not response.streaming:
            await self.send_response(response, send)
            return
        try:
            async with ThreadSensitiveContext():
                await self._stream(response, receive, send)
        finally:
            await in_page_thread(response.close)()

    def _respond(self, scope: Any, body: IO[bytes]) -> HttpResponseBase:
        """All of a request, in a thread. What is closed can still be sent, if it is no stream."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=type(self), scope=scope)
        request, refusal = self.create_request(scope, body)
        response: Any = refusal if request is None else self.get_response(request)
        response._handler_class = type(self)
        whole: HttpResponseBase = _read(response) if _is_small_file(response) else response
        if not whole.streaming:
            response.close()
        return whole

    async def _stream(self, response: HttpResponseBase, receive: Any, send: Any) -> None:
        """Send what has no known end, until it ends or its reader has gone."""
        sending = asyncio.create_task(self.send_response(response, send))
        leaving = asyncio.create_task(self.listen_for_disconnect(receive))
        try:
            await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, leaving):
                task.cancel()
            await asyncio.wait((sending, leaving))
        if not sending.cancelled():
            sending.result()


def asker(scope: Any) -> str:
    """Who asks, as far as can be told before anything is looked up: a session, a token, an address.

    It is compared alone, and never kept: whoever lies about it takes turns with nobody else.
    """
    headers = dict(scope["headers"])
    session = settings.SESSION_COOKIE_NAME.encode() + b"="
    parts = (part.strip() for part in headers.get(b"cookie", b"").split(b";"))
    said = next((part for part in parts if part.startswith(session)), b"")
    said = said or headers.get(b"authorization", b"")
    return said.decode("latin-1") or str((scope.get("client") or ("",))[0])


def _is_small_file(response: HttpResponseBase) -> bool:
    length = response.headers.get("Content-Length", "")
    return isinstance(response, FileResponse) and length.isdecimal() and int(length) <= SMALL_FILE


def _read(response: FileResponse) -> HttpResponse:
    """The same with its whole content."""
    whole = HttpResponse(b"".join(response), status=response.status_code)
    whole.headers, whole.cookies = response.headers, response.cookies
    return whole
