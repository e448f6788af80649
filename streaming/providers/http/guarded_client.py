"""The HTTP client for providers that were typed into a page: it connects only to allowed addresses.

The policy sits below the connection pool. Connections stay keyed, and TLS stays verified, by the
name in the URL, and the name is not resolved again between the check and the connection.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from typing import Any

import httpcore

from streaming.providers.http.addresses import AddressPolicy, AddressRefused
from streaming.providers.http.client import Client, RefusedConnection, open_client
from streaming.providers.http.connections import AsyncioBackend, PooledTransport


def open_guarded_client(
    policy: AddressPolicy, plain: httpcore.AsyncNetworkBackend | None = None
) -> Client:
    """As `open_client`, for addresses that no operator configured."""
    return open_client(PooledTransport(GuardedBackend(policy, plain or AsyncioBackend())))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects by `plain`, and only to addresses that the policy gave for the host."""

    def __init__(self, policy: AddressPolicy, plain: httpcore.AsyncNetworkBackend) -> None:
        self._policy = policy
        self._plain = plain

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (the interface of httpcore)
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        started = time.monotonic()
        addresses = await self._addresses(host, port, timeout)
        trouble: Exception = httpcore.ConnectError("This name has no address.")
        for at, address in enumerate(addresses):
            left = None if timeout is None else timeout - (time.monotonic() - started)
            share = None if left is None else max(left, 0.05) / (len(addresses) - at)
            try:
                return await self._plain.connect_tcp(
                    address, port, share, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as refused:
                trouble = refused
        raise trouble

    async def _addresses(self, host: str, port: int, seconds: float | None) -> Sequence[str]:
        try:
            async with asyncio.timeout(seconds):
                return await self._policy.addresses(host, port)
        except TimeoutError:
            raise httpcore.ConnectTimeout("The name was not resolved in time.") from None
        except AddressRefused as refused:
            raise RefusedConnection(str(refused)) from None
        except (OSError, UnicodeError) as trouble:
            raise httpcore.ConnectError(f"The name cannot be resolved: {trouble}") from None

    async def connect_unix_socket(self, *args: Any, **named: Any) -> httpcore.AsyncNetworkStream:
        raise httpcore.ConnectError("Providers are not reached through files.")

    async def sleep(self, seconds: float) -> None:
        await self._plain.sleep(seconds)
