"""Which address a request comes from, if need be through proxies."""

from __future__ import annotations

import logging
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

logger = logging.getLogger(__name__)

NETWORK_BITS = 64
"""Of an IPv6 address; its owner can change the rest at will."""

NOWHERE = "::"
"""The address of a client of which none is known."""

Address = IPv4Address | IPv6Address


def client_address(request: HttpRequest) -> str:
    """The nearest address that is none of TRUSTED_PROXIES; of IPv6 the network of its owner.

    Each proxy appends its client to X-Forwarded-For, so what stands left of the last address that
    is not trusted may be forged. The empty string where nothing is known, as of a UNIX socket.
    """
    nearest = _read(request.META.get("REMOTE_ADDR") or "")
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    if nearest is not None and hops != [""] and not _is_trusted(nearest):
        _warn_once(str(nearest))
    while nearest is not None and _is_trusted(nearest) and hops:
        before = _read(hops.pop())
        if before is None:
            break
        nearest = before
    return _network(nearest) if nearest is not None else ""


def client_ip(request: HttpRequest) -> str:
    """The same as every database keeps an address: of a network its first, NOWHERE of none."""
    return client_address(request).partition("/")[0] or NOWHERE


def _read(said: str) -> Address | None:
    said = said.strip()
    if said.startswith("["):  # with a port, as some proxies write it
        said = said[1:].partition("]")[0]
    elif said.count(":") == 1:
        said = said.partition(":")[0]
    try:
        address = ip_address(said)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_trusted(address: Address) -> bool:
    return any(address in network for network in settings.TRUSTED_PROXIES)


def _network(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    bare = IPv6Address(int(address))  # without the name of an interface
    return str(ip_network((bare, NETWORK_BITS), strict=False))


@lru_cache(maxsize=1)
def _warn_once(proxy: str) -> None:
    logger.warning(
        "%s sends X-Forwarded-For, and is not believed. If it is your proxy, name it in "
        "TRUSTED_PROXIES; else all its visitors count as one address when sign-ins fail.",
        proxy,
    )
