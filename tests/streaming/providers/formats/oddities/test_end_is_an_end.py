"""Once upstream told why it stopped, a silence or a broken connection is the end of the answer."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from streaming.events import Failed, Finished, TextDelta, UsageReported
from streaming.providers.config import ProviderConfig, Timeouts
from streaming.providers.http.client import Client
from streaming.providers.registry import provider_for
from tests.streaming.providers.formats.oddities import bodies
from tests.streaming.providers.http.asking import REQUEST, http  # noqa: F401
from tests.streaming.runs import held
from tests.support.network.loopback import CHUNKED, Visit, loopback

WITH_REASON = ("chat", "messages", "gateway", "pawa")
SHORT = Timeouts(after_finish=0.05)


def body(wire: str) -> bytes:
    return bodies.framed([*bodies.frames(wire, thought=""), *bodies.reason(wire)])


async def silent(visit: Visit, sent: bytes) -> None:
    await visit.send(CHUNKED)
    await visit.chunk(sent)
    await visit.until_hang_up()


async def broken(visit: Visit, sent: bytes) -> None:
    await visit.send(CHUNKED)
    await visit.chunk(sent)
    # The handler returns: the connection closes without the end of the body.


def config(wire: str, url: str, **fields: Any) -> ProviderConfig:
    return ProviderConfig("p", "P", wire, url, options={"service_name": "s"}, **fields)  # type: ignore[arg-type]


async def told(http: Client, wire: str, manner: Any, sent: bytes, **fields: Any) -> list[Any]:  # noqa: F811
    async with loopback(lambda visit: manner(visit, sent)) as place:
        upstream = provider_for(config(wire, place.url, **fields), http)
        return [event async for batch in upstream.stream(REQUEST) for event in batch]


@pytest.mark.parametrize("wire", WITH_REASON)
@pytest.mark.parametrize("manner", [silent, broken])
async def test_after_a_finish_reason_it_is_finished(http: Client, wire: str, manner: Any) -> None:  # noqa: F811
    events = await told(http, wire, manner, body(wire), timeouts=SHORT)
    last = events[-1]
    assert isinstance(last, Finished)
    assert last.reason == "stop"
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == bodies.TEXT


@pytest.mark.parametrize("wire", ("chat", "pawa"))
async def test_usage_that_came_is_kept(http: Client, wire: str) -> None:  # noqa: F811
    events = await told(http, wire, broken, body(wire))
    (usage,) = [event for event in events if isinstance(event, UsageReported)]
    assert (usage.input_tokens, usage.output_tokens, usage.partial) == (11, 7, False)


@pytest.mark.parametrize("wire", bodies.FORMATS)
async def test_before_it_a_broken_connection_is_none(http: Client, wire: str) -> None:  # noqa: F811
    events = await told(http, wire, broken, bodies.framed(bodies.frames(wire)))
    assert isinstance(events[-1], Failed)
    assert events[-1].kind == "connection"


@pytest.mark.parametrize("wire", WITH_REASON)
async def test_text_after_it_takes_it_back(http: Client, wire: str) -> None:  # noqa: F811
    sent = body(wire) + bodies.framed([bodies.says(wire, "And more")])
    last = (await told(http, wire, broken, sent))[-1]
    assert isinstance(last, Failed)
    assert last.kind == "connection"


@pytest.mark.parametrize("wire", WITH_REASON)
async def test_the_page_says_finished_and_asks_once(
    transactional_db: None, owner: User, settings: Any, wire: str
) -> None:
    async with loopback(lambda visit: broken(visit, body(wire))) as place:
        settings.PROVIDERS = (config(wire, place.url, models=("model",)),)
        async with held.serving(owner, settings, place.url) as here:
            generation = await here.ended(await here.send("model", "p"))
    assert (generation.status, generation.error_code, generation.message.text) == (
        "finished",
        "",
        bodies.TEXT,
    )
    assert len(place.visits) == 1
