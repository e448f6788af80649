"""Connections for the HTTP client, made for many slow streams: plain asyncio.

A read costs no cancel scope and no extra turn of the loop, and it waits for the backpressure of
the answer that it belongs to, so that one read carries what came since the last. An abandoned
connection is aborted: an upstream that is still writing must not be waited for.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from functools import cache
from typing import Any

import httpcore
import httpx

from streaming.providers.base import Backpressure
from streaming.providers.http.tcp_stream import Incoming, TcpStream

MAX_CONNECTIONS = 512
"""Above the number of answers that one process may write: one that waits here is silent."""

MAX_IDLE = 20
"""Connections that are kept for the next request."""

IDLE_SECONDS = 5.0
ABANDONED_SECONDS = 1.0
"""How long a connection that nobody waits for any more may take to be made."""


class PooledTransport(httpx.AsyncHTTPTransport):
    """httpx's own, over a pool whose connections come from `backend`."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend) -> None:
        super().__init__(verify=_tls(), trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_tls(),
            max_connections=MAX_CONNECTIONS,
            max_keepalive_connections=MAX_IDLE,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=backend,
        )


@cache
def _tls() -> ssl.SSLContext:
    """The trusted authorities; made once, as reading them takes tens of milliseconds."""
    return httpx.create_ssl_context(trust_env=False)


class AsyncioBackend(httpcore.AsyncNetworkBackend):
    """TCP connections."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (the interface of httpcore)
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        connecting = asyncio.create_task(
            asyncio.get_running_loop().create_connection(
                Incoming, host, port, happy_eyeballs_delay=0.25
            )
        )
        try:
            async with asyncio.timeout(timeout):
                _, incoming = await asyncio.shield(connecting)
        except asyncio.CancelledError:
            _abandon(connecting)
            raise
        except TimeoutError as late:
            _abandon(connecting)
            raise httpcore.ConnectTimeout(str(late)) from late
        except (OSError, UnicodeError) as refused:
            raise httpcore.ConnectError(str(refused)) from refused
        return TcpStream(incoming)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def apply_backpressure(response: httpx.Response, backpressure: Backpressure) -> None:
    """Let the body of this response be read no faster than the backpressure allows.

    It holds for the response's connection, until an answer that comes by it brings another.
    """
    stream = response.extensions.get("network_stream")
    if isinstance(stream, TcpStream):
        stream.apply_backpressure(backpressure)


def _abandon(connecting: asyncio.Task[tuple[asyncio.Transport, Incoming]]) -> None:
    """Close the connection as soon as there is one.

    To cancel at once would lose a socket that had connected in this moment: asyncio, trying
    several addresses, keeps it in a cycle, open until the garbage collector runs.
    """

    def close(done: asyncio.Task[tuple[asyncio.Transport, Incoming]]) -> None:
        if not done.cancelled() and done.exception() is None:
            transport, _ = done.result()
            transport.abort()

    connecting.add_done_callback(close)
    connecting.get_loop().call_later(ABANDONED_SECONDS, connecting.cancel)
