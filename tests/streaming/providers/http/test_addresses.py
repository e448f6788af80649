"""Where a provider may be that was typed into a page, judged on what is really connected to."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from streaming.error_messages import failures
from streaming.events import Event, Failed, Finished
from streaming.providers.base import ChatMessage, ChatRequest
from streaming.providers.config import ProviderConfig, Timeouts
from streaming.providers.http.addresses import (
    AddressPolicy,
    AddressRefused,
    is_public,
    literal,
)
from streaming.providers.http.client import RefusedConnection, close_client
from streaming.providers.http.guarded_client import GuardedBackend, open_guarded_client
from streaming.providers.registry import provider_for
from tests.support.network.loopback import CHUNKED, Visit, loopback

REQUEST = ChatRequest("m", (ChatMessage("user", "Hi"),))

PRIVATE = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 127.0.0.1 127.255.255.254 168.63.129.16
    169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.1 192.88.99.1 192.168.0.1
    198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
    :: ::1 ::7f00:1 ::8.8.8.8 ::ffff:10.0.0.1 ::ffff:127.0.0.1 ::ffff:a9fe:a9fe
    ::ffff:168.63.129.16 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1 100::1 2001::1 2001:db8::1
    2002:7f00:1:: 2002:808:808:: 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0
    febf::1 fec0::1 ff02::1
"""
PUBLIC = """
    1.1.1.1 8.8.8.8 93.184.216.34 172.15.0.1 172.32.0.1 192.167.255.255 223.255.255.254
    ::ffff:8.8.8.8 2001:4860:4860::8888 2606:4700:4700::1111 2a00:1450:4001::1
"""
SPELLINGS_OF_LOOPBACK = """
    127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 017700000001 127.0.0.1.
    0x7F.0.0.1 ::1 ::ffff:127.0.0.1 ::ffff:7f00:1
"""


def resolver(**hosts: Collection[str]) -> Any:
    """Knows these hosts (an underscore stands for a dot) and counts who asks."""
    asked: list[str] = []

    async def resolve(host: str, port: int) -> Collection[str]:
        asked.append(host)
        try:
            return hosts[host.replace(".", "_")]
        except KeyError:
            raise socket.gaierror(socket.EAI_NONAME, "not known") from None

    resolve.asked = asked  # type: ignore[attr-defined]
    return resolve


@pytest.mark.parametrize("address", PRIVATE.split())
def test_an_address_that_is_not_out_in_the_internet_is_refused(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC.split())
def test_a_public_address_is_allowed(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("host", SPELLINGS_OF_LOOPBACK.split())
def test_no_spelling_of_an_address_hides_it(host: str) -> None:
    assert literal(host) is not None
    with pytest.raises(AddressRefused):
        AddressPolicy().check_url(f"http://{f'[{host}]' if ':' in host else host}:8080/v1")


@pytest.mark.parametrize("host", SPELLINGS_OF_LOOPBACK.split())
async def test_no_spelling_of_an_address_is_asked_of_a_resolver(host: str) -> None:
    resolve = resolver()
    with pytest.raises(AddressRefused):
        await AddressPolicy(resolve=resolve).addresses(host, 8080)
    assert resolve.asked == []


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "localhost.", "db.localhost"])
def test_the_name_of_this_machine_is_refused_at_a_glance(host: str) -> None:
    with pytest.raises(AddressRefused):
        AddressPolicy().check_url(f"http://{host}:11434/v1")


@pytest.mark.parametrize("address", PRIVATE.split())
async def test_a_name_that_leads_to_a_private_address_is_refused(address: str) -> None:
    policy = AddressPolicy(resolve=resolver(innocent_example=[address]))
    with pytest.raises(AddressRefused):
        await policy.addresses("innocent.example", 443)


async def test_one_private_address_among_public_ones_is_enough() -> None:
    policy = AddressPolicy(resolve=resolver(innocent_example=["8.8.8.8", "1.1.1.1", "10.0.0.1"]))
    with pytest.raises(AddressRefused):
        await policy.addresses("innocent.example", 443)


async def test_a_resolver_that_answers_nonsense_is_not_believed() -> None:
    policy = AddressPolicy(resolve=resolver(innocent_example=["metadata"]))
    with pytest.raises(AddressRefused):
        await policy.addresses("innocent.example", 443)


@pytest.mark.parametrize("port", [22, 25, 53, 79, 81, 442, 1023])
async def test_ports_of_other_services_are_refused(port: int) -> None:
    policy = AddressPolicy(resolve=resolver(innocent_example=["8.8.8.8"]))
    with pytest.raises(AddressRefused, match=str(port)):
        await policy.addresses("innocent.example", port)
    with pytest.raises(AddressRefused, match=str(port)):
        policy.check_url(f"https://innocent.example:{port}/v1")


@pytest.mark.parametrize("port", [80, 443, 1024, 8443])
async def test_ports_of_web_servers_are_allowed(port: int) -> None:
    policy = AddressPolicy(resolve=resolver(innocent_example=["8.8.8.8"]))
    assert await policy.addresses("innocent.example", port) == ["8.8.8.8"]
    policy.check_url(f"https://innocent.example:{port}/v1")


async def test_a_local_model_is_allowed_by_exactly_its_host_and_port() -> None:
    policy = AddressPolicy(
        [("127.0.0.1", 11434), ("gpu.lan", 8000)], resolver(gpu_lan=["192.168.1.9"])
    )
    assert await policy.addresses("127.0.0.1", 11434) == ["127.0.0.1"]
    assert await policy.addresses("gpu.lan", 8000) == ["192.168.1.9"]
    policy.check_url("http://127.0.0.1:11434/v1")
    for host, port in (("127.0.0.1", 11435), ("127.1", 11434), ("gpu.lan", 8001)):
        with pytest.raises(AddressRefused):
            await policy.addresses(host, port)
    with pytest.raises(AddressRefused, match=r"list 127\.0\.0\.1:8080 in LOCAL_PROVIDERS"):
        policy.check_url("http://127.0.0.1:8080/v1")


class Recorder(httpcore.AsyncNetworkBackend):
    """Connects to nothing, and remembers to what."""

    def __init__(self, *reachable: str) -> None:
        self.dialled: list[str] = []
        self._reachable = reachable

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.dialled.append(host)
        if host not in self._reachable:
            raise httpcore.ConnectError("unreachable")
        return httpcore.AsyncNetworkStream()


async def test_the_judged_address_is_dialled_and_nobody_is_asked_again() -> None:
    resolve = resolver(innocent_example=["8.8.8.8"])
    plain = Recorder("8.8.8.8")
    await GuardedBackend(AddressPolicy(resolve=resolve), plain).connect_tcp(
        "innocent.example", 443, 5
    )
    assert (plain.dialled, resolve.asked) == (["8.8.8.8"], ["innocent.example"])


async def test_the_next_address_is_dialled_where_the_first_does_not_answer() -> None:
    resolve = resolver(innocent_example=["2606:4700:4700::1111", "8.8.8.8"])
    plain = Recorder("8.8.8.8")
    await GuardedBackend(AddressPolicy(resolve=resolve), plain).connect_tcp(
        "innocent.example", 443, 5
    )
    assert plain.dialled == ["2606:4700:4700::1111", "8.8.8.8"]


async def test_nothing_is_dialled_where_an_address_is_refused() -> None:
    plain = Recorder("8.8.8.8")
    policy = AddressPolicy(resolve=resolver(innocent_example=["8.8.8.8", "127.0.0.1"]))
    with pytest.raises(RefusedConnection):
        await GuardedBackend(policy, plain).connect_tcp("innocent.example", 443, 5)
    assert plain.dialled == []


async def test_a_name_that_is_never_resolved_is_given_up() -> None:
    async def never(host: str, port: int) -> Collection[str]:
        await asyncio.Event().wait()
        return []

    with pytest.raises(httpcore.ConnectTimeout):
        await GuardedBackend(AddressPolicy(resolve=never), Recorder()).connect_tcp(
            "a.example", 443, 0.1
        )


async def done(visit: Visit) -> None:
    await visit.send(CHUNKED)
    await visit.chunk(b'data: {"choices":[{"delta":{"content":"Hi"}}]}\n\ndata: [DONE]\n\n')
    await visit.end()


async def ask(policy: AddressPolicy, url: str) -> list[Event]:
    """What comes of a request by the client for typed providers."""
    client = open_guarded_client(policy)
    try:
        config = ProviderConfig("p", "P", "chat", url, timeouts=Timeouts(connect=5, first_byte=5))
        return [
            event async for batch in provider_for(config, client).stream(REQUEST) for event in batch
        ]
    finally:
        await close_client(client)


async def test_a_server_on_this_machine_is_not_reached() -> None:
    async with loopback(done) as place:
        (failed,) = await ask(AddressPolicy(), place.url)
        assert place.visits == []
    assert isinstance(failed, Failed)
    assert (failed.retryable, failed.code) == (False, "address_refused")
    told = failures.explain(failed, Timeouts())
    assert (told.code, told.retry) == ("address_refused", False)
    assert "may not be called from here" in told.sentence


async def test_a_server_on_this_machine_is_reached_if_it_is_listed() -> None:
    async with loopback(done) as place:
        port = int(place.url.rsplit(":")[-1].split("/")[0])
        assert isinstance(
            (await ask(AddressPolicy([("127.0.0.1", port)]), place.url))[-1], Finished
        )


async def test_an_unknown_name_is_a_broken_connection() -> None:
    (failed,) = await ask(AddressPolicy(resolve=resolver()), "https://nowhere.example/v1")
    assert isinstance(failed, Failed)
    assert (failed.kind, failed.code) == ("connection", "connect")


def certificate(folder: Path, name: str) -> Path:
    """A certificate for the name that only its own key vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


@asynccontextmanager
async def tls_server(pem: Path, names: list[str | None]) -> AsyncIterator[int]:
    """Listens for TLS and notes the names that clients ask for; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    context.sni_callback = lambda _socket, name, _context: names.append(name)

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def test_tls_asks_for_the_name_and_believes_no_stranger(tmp_path: Path) -> None:
    names: list[str | None] = []
    async with tls_server(certificate(tmp_path, "models.example"), names) as port:
        policy = AddressPolicy([("models.example", port)], resolver(models_example=["127.0.0.1"]))
        (failed,) = await ask(policy, f"https://models.example:{port}/v1")
    assert names == ["models.example"]
    assert isinstance(failed, Failed)
    assert failed.kind == "connection"
    assert "CERTIFICATE_VERIFY_FAILED" in (failed.message or "")
