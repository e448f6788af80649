"""A picture that lies somewhere is fetched once, by us, bounded; else its address is told."""

import asyncio
from base64 import b64encode

import pytest

from streaming.events import Event, PictureMade, Warned
from streaming.providers.config import ProviderConfig
from streaming.providers.http import pictures
from streaming.providers.http.addresses import AddressPolicy
from streaming.providers.http.client import Client, close_client
from streaming.providers.http.guarded_client import open_guarded_client
from streaming.providers.registry import provider_for
from tests.streaming.providers.http.asking import DONE, REQUEST, frame, http, text
from tests.support.network.loopback import CHUNKED, Handler, Visit, loopback, plain

__all__ = ["http"]

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 2000
HERE = "{home}/a/x.png"
MADE = PictureMade("image/png", b64encode(PNG).decode())


def names_it(url: str, picture: Handler) -> Handler:
    """Answers with a picture that lies at `url`, and with that."""

    async def either(visit: Visit) -> None:
        if visit.head.startswith(b"GET "):
            await picture(visit)
            return
        here = next(line for line in visit.head.split(b"\r\n") if line.lower().startswith(b"host:"))
        place = url.format(home=f"http://{here.split(b':', 1)[1].strip().decode()}")
        await visit.send(CHUNKED)
        part = {"type": "image_url", "image_url": {"url": place}}
        await visit.chunk(text("Hi") + frame(choices=[{"delta": {"images": [part]}}]) + DONE)
        await visit.end()

    return either


async def ask(http: Client, url: str) -> list[Event]:
    guarded = open_guarded_client(AddressPolicy())
    try:
        config = ProviderConfig("p", "P", "chat", url, "sk-secret")
        provider = provider_for(config, http, guarded)
        return [event async for batch in provider.stream(REQUEST) for event in batch]
    finally:
        await close_client(guarded)


async def answered(http: Client, picture: Handler, url: str = HERE) -> list[Event]:
    async with loopback(names_it(url, picture)) as place:
        said = await ask(http, place.url)
        asked = [visit for visit in place.visits if visit.head.startswith(b"GET ")]
        assert len(asked) <= 1
        assert all(b"sk-secret" not in visit.head for visit in asked)
        return said


async def test_a_picture_where_the_provider_is_comes_with_the_answer(http: Client) -> None:
    assert MADE in await answered(http, plain("200 OK", PNG, "Content-Type: image/png"))


@pytest.mark.parametrize(
    "picture",
    [
        plain("404 Not Found", b"no"),
        plain("302 Found", b"", "Location: http://169.254.169.254/x.png"),
        plain("200 OK", b"<svg onload=alert(1)>", "Content-Type: image/png"),
        plain("200 OK", PNG, "Content-Encoding: gzip"),
        plain("200 OK", PNG + b"0" * 12 * 1024 * 1024),
    ],
)
async def test_what_is_no_picture_is_told_by_its_address(http: Client, picture: Handler) -> None:
    said = await answered(http, picture)
    assert not any(isinstance(event, PictureMade) for event in said)
    (warned,) = [event for event in said if isinstance(event, Warned)]
    assert warned.code == "picture_not_fetched"
    assert str(warned.message).endswith("/a/x.png")
    assert type(said[-1]).__name__ == "Finished"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/x.png",
        "https://127.0.0.1/x.png",
        "https://169.254.169.254/latest",
        "http://a.example/x.png",
        "https://[::1]/x.png",
        "https://[broken/x.png",
        "https://a.example:99999/x.png",
        "http://\u0000/",
    ],
)
async def test_no_address_of_our_own_network_is_called(http: Client, url: str) -> None:
    said = await answered(http, plain("200 OK", PNG), url)
    assert [event.code for event in said if isinstance(event, Warned)] == ["picture_not_fetched"]


async def test_a_picture_that_never_comes_ends_with_its_time_and_with_a_stop(
    http: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(visit: Visit) -> None:
        await visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n\x89PNG")
        await visit.until_hang_up()

    monkeypatch.setattr(pictures, "SECONDS", 0.2)
    said = await answered(http, never)
    assert [event.code for event in said if isinstance(event, Warned)] == ["picture_not_fetched"]
    monkeypatch.undo()
    began, closed = asyncio.Event(), asyncio.Event()

    async def until_closed(visit: Visit) -> None:
        began.set()
        await visit.until_hang_up()
        closed.set()

    async with loopback(names_it(HERE, until_closed)) as place, asyncio.timeout(10):
        asking = asyncio.create_task(ask(http, place.url))
        await began.wait()
        asking.cancel()
        await asyncio.wait([asking])
        await closed.wait()
