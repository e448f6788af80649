"""The judged address is the dialled one, for each kind of caller that goes out.

The resolver is the test's: it says what it likes, and counts who asks. What is dialled is read
where the event loop connects, below every HTTP library.
"""

from __future__ import annotations

import socket
from asyncio.selector_events import BaseSelectorEventLoop
from base64 import b64encode
from collections.abc import Collection
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from streaming.providers.http import addresses
from tests.security.outgoing.callers import CALLERS, MARK, Ask, Outcome
from tests.support.network.loopback import Loopback, loopback, plain

PUBLIC = "8.8.8.8"
NAMED = "innocent.example"
PRIVATE = """
    0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 168.63.129.16 169.254.169.254 172.16.0.1 192.168.0.1
    224.0.0.1 255.255.255.255
    :: ::1 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1
    ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:7f00:1 ::7f00:1
    64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::7f00:1
    2002:7f00:1:: 2002:a9fe:a9fe:: 2001::1
"""
LITERALS = """
    127.0.0.1 127.1 2130706433 0x7f000001 0177.0.0.1 127.0.0.1. [::1] [::ffff:127.0.0.1]
    [64:ff9b::7f00:1] [2002:7f00:1::] 169.254.169.254 [fe80::1]
"""
REDIRECTS = ("301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent")


class Network:
    """What was asked of the resolver, and what was dialled; it says one answer after the other."""

    def __init__(self) -> None:
        self.answers: list[Collection[str]] = []
        self.asked: list[str] = []
        self.dialled: list[str] = []

    async def resolve(self, host: str, port: int) -> Collection[str]:
        self.asked.append(host)
        if not self.answers:
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    found = Network()
    connect = BaseSelectorEventLoop.sock_connect

    async def record(loop: Any, sock: socket.socket, address: Any) -> None:
        found.dialled.append(str(ip_address(address[0])))
        if address[0] != "127.0.0.1":
            raise ConnectionRefusedError("nobody is there")
        await connect(loop, sock, address)

    monkeypatch.setattr(BaseSelectorEventLoop, "sock_connect", record)
    monkeypatch.setattr(addresses, "resolved", found.resolve)
    return found


@pytest.fixture(params=CALLERS)
def ask(request: pytest.FixtureRequest) -> Ask:
    return CALLERS[request.param]


def pair(place: Loopback) -> tuple[str, int]:
    port = urlsplit(place.url).port
    assert port is not None
    return "127.0.0.1", port


def local(*places: Loopback) -> frozenset[tuple[str, int]]:
    return frozenset(map(pair, places))


@pytest.mark.parametrize("address", PRIVATE.split())
async def test_a_name_that_leads_to_a_private_address_is_not_dialled(
    ask: Ask, network: Network, address: str
) -> None:
    network.answers = [[address]]
    assert await ask(f"https://{NAMED}/v1", frozenset()) is Outcome.NOT_ALLOWED
    assert (network.asked, network.dialled) == ([NAMED], [])


@pytest.mark.parametrize("host", LITERALS.split())
async def test_a_private_address_is_not_dialled_in_any_spelling(
    ask: Ask, network: Network, host: str
) -> None:
    """One client reads no octal numbers: to it the address is none."""
    found = await ask(f"http://{host}:8080/v1", frozenset())
    assert found is Outcome.NOT_ALLOWED or (host == "0177.0.0.1" and found is Outcome.FAILED)
    assert (network.asked, network.dialled) == ([], [])


async def test_one_private_address_among_public_ones_is_enough(ask: Ask, network: Network) -> None:
    network.answers = [[PUBLIC, "1.1.1.1", "10.0.0.1"]]
    assert await ask(f"https://{NAMED}/v1", frozenset()) is Outcome.NOT_ALLOWED
    assert network.dialled == []


@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"])
async def test_a_resolver_that_lies_the_second_time_is_not_asked_again(
    ask: Ask, network: Network, address: str
) -> None:
    """Rebinding: public while it is judged, private when it is dialled."""
    async with loopback(plain("200 OK")) as place:
        network.answers = [[PUBLIC], [address]]
        found = await ask(f"http://{NAMED}:{pair(place)[1]}/v1", frozenset())
        assert place.visits == []
    assert found is Outcome.FAILED
    assert (network.asked, network.dialled) == ([NAMED], [PUBLIC])


async def test_a_resolver_that_answers_nonsense_is_not_believed(ask: Ask, network: Network) -> None:
    network.answers = [["metadata"]]
    assert await ask(f"https://{NAMED}/v1", frozenset()) is Outcome.NOT_ALLOWED
    assert network.dialled == []


async def test_a_public_address_is_dialled_as_it_was_judged(ask: Ask, network: Network) -> None:
    mapped = str(ip_address("::ffff:8.8.8.8"))
    network.answers = [[mapped, PUBLIC]]
    assert await ask(f"https://{NAMED}/v1", frozenset()) is Outcome.FAILED
    assert network.dialled == [mapped, PUBLIC]


@pytest.mark.parametrize("port", [22, 25, 442, 1023])
async def test_ports_of_other_services_are_not_dialled(
    ask: Ask, network: Network, port: int
) -> None:
    network.answers = [[PUBLIC]]
    assert await ask(f"https://{NAMED}:{port}/v1", frozenset()) is Outcome.NOT_ALLOWED
    assert network.dialled == []


async def test_what_the_operator_lists_is_reached_by_exactly_its_host_and_port(
    ask: Ask, network: Network
) -> None:
    async with loopback(plain("404 Not Found")) as place, loopback(plain("200 OK")) as other:
        assert await ask(place.url, local(place)) is Outcome.REPLIED
        assert await ask(other.url, local(place)) is Outcome.NOT_ALLOWED
        assert len(place.visits) > 0
        assert other.visits == []
    assert set(network.dialled) == {"127.0.0.1"}


@pytest.mark.parametrize("status", REDIRECTS)
async def test_no_redirect_is_followed_with_or_without_the_secret(
    ask: Ask, network: Network, status: str
) -> None:
    """Neither to a private address, nor to a public one, nor to one that is allowed."""
    network.answers = [[PUBLIC]]
    async with loopback(plain("200 OK")) as other:
        for target in ("http://169.254.169.254/latest/", f"https://{NAMED}/", other.url, "/v2"):
            async with loopback(plain(status, b"", f"Location: {target}")) as place:
                found = await ask(place.url, local(place, other))
                assert {visit.head.split()[1] for visit in place.visits} == {
                    place.visits[0].head.split()[1]
                }
                assert found in (Outcome.REDIRECTED, Outcome.REPLIED)
        assert other.visits == []
    assert set(network.dialled) == {"127.0.0.1"}
    assert network.asked == []


async def test_no_proxy_and_no_password_come_from_the_environment(
    ask: Ask, network: Network, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The secret that comes is the caller's own, and its host is dialled without a detour."""
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    async with loopback(plain("200 OK")) as proxy, loopback(plain("404 Not Found")) as place:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            for spelled in (name, name.lower()):
                monkeypatch.setenv(spelled, proxy.url.removesuffix("/v1"))
        assert await ask(place.url, local(place)) is Outcome.REPLIED
        network.answers = [[PUBLIC]]
        assert await ask(f"https://{NAMED}/v1", frozenset()) is Outcome.FAILED
        assert proxy.visits == []
        said = b"".join(visit.head for visit in place.visits).decode()
    own = b64encode(f"client:{MARK}".encode()).decode()
    assert MARK in said or own in said
    assert b64encode(b"somebody:else").decode() not in said


async def test_an_unknown_name_is_no_connection(ask: Ask, network: Network) -> None:
    assert await ask(f"https://{NAMED}/v1", frozenset()) is Outcome.FAILED
    assert network.dialled == []
