"""The HTTP client that providers share, and its exceptions as `Failed`."""

from http.cookiejar import DefaultCookiePolicy
from typing import TypeAlias

import httpx

from streaming.events import Failed
from streaming.providers.config import Timeouts
from streaming.providers.formats.error_bodies.failures import clip
from streaming.providers.http.connections import AsyncioBackend, PooledTransport
from streaming.providers.http.deadlines import timeout

Client: TypeAlias = httpx.AsyncClient


class RefusedConnection(httpx.ConnectError):
    """The address is one that this client may not call."""


def open_client(transport: httpx.AsyncBaseTransport | None = None) -> Client:
    """Made once, at start: a fresh one costs its first request tens of milliseconds.

    It follows no redirect (a key goes only where it was meant to go), reads no proxy from
    the environment, and keeps no cookie (it serves everybody). Without a `transport` it
    connects wherever it is told to.
    """
    client = httpx.AsyncClient(
        transport=transport or PooledTransport(AsyncioBackend()),
        headers={"User-Agent": "chatsite", "Accept-Encoding": "identity"},
        follow_redirects=False,
        trust_env=False,
        timeout=httpx.Timeout(None),  # each request brings its own
    )
    client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return client


async def close_client(client: Client) -> None:
    await client.aclose()


def transport_failure(error: Exception, timeouts: Timeouts) -> Failed:
    """The `Failed` for an exception of the client.

    ConnectTimeout, PoolTimeout          timeout
    RefusedConnection                    connection, no retry can help
    ConnectError, ReadError, …           connection
    InvalidURL, LocalProtocolError, …    invalid_request: our side, no retry can help
    """
    if isinstance(error, httpx.ConnectTimeout):
        return timeout("connect", timeouts)
    if isinstance(error, httpx.TimeoutException):
        return timeout("first_byte", timeouts)
    if isinstance(error, RefusedConnection):
        return Failed("connection", False, clip(str(error)), "address_refused")
    ours = (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError)
    if isinstance(error, ours):
        return Failed("invalid_request", False, clip(str(error)), "request")
    code = "connect" if isinstance(error, httpx.ConnectError) else "read"
    return Failed("connection", True, clip(str(error)), code)
