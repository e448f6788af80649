"""Keeps every test on this machine: a look-up or a connection beyond loopback is an error."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest


class OutsideNetworkError(AssertionError):
    """A test tried to reach something that is not on this machine."""


def is_here(host: object) -> bool:
    """Whether the address or name stands for this machine (or for no machine at all)."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if not isinstance(host, str) or host in {"", "localhost"}:
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


@pytest.fixture(autouse=True, scope="session")
def stay_on_this_machine() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for method in ("connect", "connect_ex"):
            patch.setattr(socket.socket, method, _guarded(getattr(socket.socket, method)))
        patch.setattr(socket, "getaddrinfo", _guarded_look_up(socket.getaddrinfo))
        yield


def _guarded(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not is_here(address[0]):
            raise OutsideNetworkError(f"a test connects to {address!r}")
        return connect(self, address)

    return guarded


def _guarded_look_up(getaddrinfo: Any) -> Any:
    def guarded(host: Any, *rest: Any, **named: Any) -> Any:
        if not is_here(host):
            raise OutsideNetworkError(f"a test looks up {host!r}")
        return getaddrinfo(host, *rest, **named)

    return guarded
