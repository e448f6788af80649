"""Which addresses a provider may have that was typed into a page: public ones only.

What counts is what is connected to, not what was typed: names are resolved, every address that
they have is checked, and the connection goes to one of those.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Collection
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import TypeAlias
from urllib.parse import urlsplit

Address: TypeAlias = IPv4Address | IPv6Address
Resolver: TypeAlias = Callable[[str, int], Awaitable[Collection[str]]]
"""The addresses of a host, as text; raises OSError where it has none."""

Pair: TypeAlias = tuple[str, int]
"""A host and a port that an administrator of the machine named as a local model's."""

MOST_ADDRESSES = 8

_UNICAST = IPv6Network("2000::/3")
_NOT_OURS_TO_CALL: tuple[IPv4Network | IPv6Network, ...] = tuple(
    ip_network(network)
    for network in (
        "168.63.129.16/32",  # the host of a virtual machine at Azure
        "192.88.99.0/24",  # relays into tunnels
        "2002::/16",  # tunnels that carry an IPv4 address, any
        "3fff::/20",  # documentation; older Pythons take it for global
    )
)
_USUAL_PORTS = (80, 443)


class AddressRefused(Exception):
    """This address may not be called from here; the sentence says why and how to allow it."""


class AddressPolicy:
    """Allows public addresses, and what `local` lists: exactly that host with exactly that port."""

    def __init__(self, local: Collection[Pair] = (), resolve: Resolver | None = None) -> None:
        self._local = frozenset(local)
        self._resolve = resolve or resolved

    async def addresses(self, host: str, port: int) -> list[str]:
        """Where to connect to for this host; raises AddressRefused, or OSError if unknown."""
        trusted = (host.lower(), port) in self._local
        if not trusted:
            refuse_port(port)
        written = literal(host)
        found = [str(written)] if written else list(await self._resolve(host, port))
        if not trusted:
            for address in found:
                refuse_address(address)
        return found[:MOST_ADDRESSES]

    def check_url(self, url: str) -> None:
        """What can be said of a base URL without resolving its name; raises AddressRefused."""
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        port = parts.port or (80 if parts.scheme == "http" else 443)
        if (host, port) in self._local:
            return
        refuse_port(port)
        if f".{host.rstrip('.')}".endswith(".localhost"):
            raise _own_network(host, port)
        if written := literal(host):
            refuse_address(str(written), port)


def refuse_port(port: int) -> None:
    if port < 1024 and port not in _USUAL_PORTS:
        raise AddressRefused(f"Port {port} is not one that providers use.")


def refuse_address(text: str, port: int | None = None) -> None:
    """Raises AddressRefused unless this is an address in the public Internet."""
    try:
        address = ip_address(text)
    except ValueError:
        raise AddressRefused("This address cannot be understood.") from None
    if not is_public(address):
        raise _own_network(text, port)


def is_public(address: Address) -> bool:
    """Global unicast, and no tunnel, relay or translation into another network."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address not in _UNICAST:
            return False
    refused = any(address in network for network in _NOT_OURS_TO_CALL)
    return address.is_global and not address.is_multicast and not refused


def literal(host: str) -> Address | None:
    """The address that this host is, in any spelling that a resolver takes: 2130706433 too."""
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host.rstrip(".")))
    except (OSError, ValueError):
        return None


async def resolved(host: str, port: int) -> list[str]:
    """The addresses that the system's resolver knows."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


def _own_network(host: str, port: int | None) -> AddressRefused:
    pair = f"[{host}]" if ":" in host else host
    allowed = f"{pair}:{port}" if port else "its host:port"
    return AddressRefused(
        "This address is not in the public Internet. If it is a model of your own, list "
        f"{allowed} in LOCAL_PROVIDERS and start the site again."
    )
