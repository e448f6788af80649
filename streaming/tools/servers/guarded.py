"""The transport under the package's client: as the providers' one, for its own HTTP library.

The policy sits below the connection pool: the address that was judged is the one that is dialled.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

import httpcore2
import httpx2

from streaming.providers.http.addresses import AddressPolicy, AddressRefused

CONNECT_SECONDS = 10.0
FAREWELL_SECONDS = 2.0
"""How long a server may take to hear that a session has ended."""


class AddressNotAllowed(httpx2.ConnectError):
    """The address is one that this client may not call."""


class RedirectRefused(httpx2.RequestError):
    """The server sends the client elsewhere: a token goes only where it was meant to go."""


class Compressed(httpx2.DecodingError):
    """A reply is compressed, which was not asked for: how large it is would not be known."""


class TooMuch(httpx2.StreamError):
    """A reply has more bytes than are taken in."""

    def __init__(self) -> None:
        super().__init__("The reply is too large.")


class GuardedTransport(httpx2.AsyncHTTPTransport):
    """Connects to allowed addresses only, refuses redirects and compressed replies, and reads
    `most` bytes of a reply.

    `trouble` is the last thing that it refused: the package tells of it in words of its own.
    """

    def __init__(self, policy: AddressPolicy, most: int) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=httpx2.create_ssl_context(trust_env=False),
            max_connections=8,
            network_backend=_GuardedBackend(policy),
        )
        self._most = most
        self.trouble: Exception | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "DELETE":
            bounds = ("connect", "read", "write", "pool")
            request.extensions["timeout"] = dict.fromkeys(bounds, FAREWELL_SECONDS)
        try:
            response = await super().handle_async_request(request)
        except AddressRefused as refused:
            self.trouble = AddressNotAllowed(str(refused))
            raise self.trouble from None
        if 300 <= response.status_code < 400:
            await response.aclose()
            self.trouble = RedirectRefused("The server redirects.")
            raise self.trouble
        if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            await response.aclose()
            self.trouble = Compressed("The reply is compressed.", request=request)
            raise self.trouble
        if response.status_code in (401, 403) and request.method == "POST":
            self.trouble = httpx2.HTTPStatusError(
                str(response.status_code), request=request, response=response
            )
        response.stream = _Bounded(response.stream, self)
        return response

    def allowance(self) -> int:
        return self._most


class _Bounded(httpx2.AsyncByteStream):
    """A body that breaks off with TooMuch."""

    def __init__(self, body: Any, transport: GuardedTransport) -> None:
        self._body = body
        self._transport = transport

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = self._transport.allowance()
        async for piece in self._body:
            left -= len(piece)
            if left < 0:
                self._transport.trouble = TooMuch()
                raise self._transport.trouble
            yield piece

    async def aclose(self) -> None:
        await self._body.aclose()


class _GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Connects only to addresses that the policy gave for the host."""

    def __init__(self, policy: AddressPolicy) -> None:
        self._policy = policy
        self._plain = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (the interface of httpcore)
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        started = time.monotonic()
        trouble: Exception = httpcore2.ConnectError("This name has no address.")
        found = await self._addresses(host, port)
        for at, address in enumerate(found):
            left = (timeout or CONNECT_SECONDS) - (time.monotonic() - started)
            share = max(left, 0.05) / (len(found) - at)
            try:
                return await self._plain.connect_tcp(
                    address, port, share, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as refused:
                trouble = refused
        raise trouble

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            return await self._policy.addresses(host, port)
        except (OSError, UnicodeError) as trouble:
            raise httpcore2.ConnectError(f"The name cannot be resolved: {trouble}") from None

    async def connect_unix_socket(self, *args: Any, **named: Any) -> httpcore2.AsyncNetworkStream:
        raise httpcore2.ConnectError("Servers are not reached through files.")

    async def sleep(self, seconds: float) -> None:
        await self._plain.sleep(seconds)
