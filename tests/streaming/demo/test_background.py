"""Background responses of the demo are written without their client and read from any event."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from tests.streaming.demo.client import Visitor, visiting
from tests.streaming.demo.formats import events

CREATE = {"input": "What is a queue?", "background": True, "stream": True}
Events = list[dict[str, Any]]


async def read(visitor: Visitor, method: str, path: str, **more: Any) -> Events:
    """The whole events of a body, as far as it goes."""
    data = b""
    async with visitor.client.stream(method, path, **more) as response:
        assert response.status_code == 200
        try:
            async for piece in response.aiter_bytes():
                data += piece
        except httpx.RemoteProtocolError:
            data = data[: data.rfind(b"\n\n") + 2]
    return [event for _, event in events(data)]


async def create(visitor: Visitor, model: str) -> Events:
    return await read(visitor, "POST", "/v1/responses", json={"model": model, **CREATE})


async def replay(visitor: Visitor, response_id: str, after: int | None = None) -> Events:
    query = "" if after is None else f"&starting_after={after}"
    return await read(visitor, "GET", f"/v1/responses/{response_id}?stream=true{query}")


def text_of(found: Events) -> str:
    return "".join(
        event["delta"] for event in found if event["type"] == "response.output_text.delta"
    )


async def test_an_ended_response_can_be_read_again_from_every_event() -> None:
    async with visiting() as visitor:
        first = await create(visitor, "demo-thinks")
        response_id = first[0]["response"]["id"]
        assert [event["sequence_number"] for event in first] == list(range(len(first)))
        assert await replay(visitor, response_id) == first
        for after in range(0, len(first), 9):
            assert await replay(visitor, response_id, after) == first[after + 1 :]


@pytest.mark.parametrize("size", [10, 700, 2000, 9000, 40_000])
async def test_a_cut_client_loses_nothing(size: int) -> None:
    async with visiting() as visitor:
        first = await create(visitor, f"demo-brief+cut-{size}")
        response_id = f"resp_demo_{(await visitor.log())[-1]['id']}"
        rest = await replay(visitor, response_id, len(first) - 1)
    whole = first + rest
    assert [event["sequence_number"] for event in whole] == list(range(len(whole)))
    assert whole[-1]["type"] == "response.completed"
    assert text_of(whole) == whole[-1]["response"]["output"][0]["content"][0]["text"]


@pytest.mark.parametrize("model", ["demo-cut", "demo-unterminated"])
async def test_the_writing_goes_on_where_the_connection_was_lost(model: str) -> None:
    async with visiting() as visitor:
        first = await create(visitor, model)
        assert first[-1]["type"] == "response.output_text.delta"
        rest = await replay(visitor, first[0]["response"]["id"], len(first) - 1)
        whole = (await visitor.ask("demo-tour")).text
    assert text_of(first) + text_of(rest) == whole


async def test_a_stalled_reader_can_read_on_from_where_it_stalled() -> None:
    async with visiting() as visitor:
        reading = asyncio.create_task(create(visitor, "demo-stall"))
        await visitor.has_running("demo-stall", 400)
        assert not reading.done()
        reading.cancel()
        visit = await visitor.has_logged("demo-stall")
        found = await replay(visitor, f"resp_demo_{visit['id']}")
        whole = (await visitor.ask("demo-tour")).text
    assert text_of(found) == whole


async def test_hanging_up_does_not_stop_the_writing() -> None:
    async with visiting() as visitor:
        reading = asyncio.create_task(create(visitor, "demo-slow"))
        await visitor.has_running("demo-slow", 3)
        reading.cancel()
        visit = await visitor.has_logged("demo-slow")
        assert visit["client_hung_up"]
        rest = await replay(visitor, f"resp_demo_{visit['id']}", 20)
        whole = (await visitor.ask("demo-tour")).text
    assert rest[-1]["type"] == "response.completed"
    assert rest[-1]["response"]["output"][0]["content"][0]["text"] == whole


async def test_two_read_along_with_the_same_response() -> None:
    async with visiting() as visitor:
        first = asyncio.create_task(create(visitor, "demo-slow"))
        await visitor.has_running("demo-slow", 5)
        running = (await visitor.client.get("/_demo/running")).json()
        second = await replay(visitor, f"resp_demo_{running[0]['id']}")
        assert second == await first


async def test_a_cancel_ends_it_for_all_and_a_second_changes_nothing() -> None:
    async with visiting(speed=1) as visitor:
        reading = asyncio.create_task(create(visitor, "demo-slow"))
        await visitor.has_running("demo-slow", 2)
        running = (await visitor.client.get("/_demo/running")).json()
        path = f"/v1/responses/resp_demo_{running[0]['id']}"
        assert (await visitor.client.get(path)).json()["status"] == "in_progress"
        cancelled = (await visitor.client.post(f"{path}/cancel")).json()
        again = (await visitor.client.post(f"{path}/cancel")).json()
        seen = await reading
    assert cancelled["status"] == "cancelled"
    assert again == cancelled
    assert seen[-1]["type"] == "response.cancelled"
    assert cancelled["output"][0]["content"][0]["text"] == text_of(seen)


async def test_a_cancel_after_the_end_leaves_it_ended() -> None:
    async with visiting() as visitor:
        response_id = (await create(visitor, "demo-brief"))[0]["response"]["id"]
        reply = await visitor.client.post(f"/v1/responses/{response_id}/cancel")
    assert reply.json()["status"] == "completed"


async def test_a_failure_is_a_failure_on_every_reading() -> None:
    async with visiting() as visitor:
        first = await create(visitor, "demo-error-mid")
        response_id = first[0]["response"]["id"]
        assert [event["type"] for event in first[-2:]] == ["error", "response.failed"]
        assert await replay(visitor, response_id, len(first) - 2) == first[-1:]
        reply = await visitor.client.get(f"/v1/responses/{response_id}")
    assert reply.json()["status"] == "failed"
    assert reply.json()["error"]["code"] == "server_error"


async def test_without_a_stream_it_can_be_polled() -> None:
    async with visiting() as visitor:
        body = {"model": "demo-brief", "input": "Hello", "background": True}
        begun = (await visitor.client.post("/v1/responses", json=body)).json()
        async with asyncio.timeout(5):
            polled = begun
            while polled["status"] == "in_progress":
                polled = (await visitor.client.get(f"/v1/responses/{begun['id']}")).json()
    assert begun["status"] == "in_progress"
    assert polled["status"] == "completed"
    assert polled["output"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/responses/resp_unknown", 404),
        ("POST", "/v1/responses/resp_unknown/cancel", 404),
        ("GET", "/v1/responses/resp_unknown/cancel", 405),
    ],
)
async def test_an_unknown_response_is_not_found(method: str, path: str, status: int) -> None:
    async with visiting() as visitor:
        response = await visitor.client.request(method, path)
    assert response.status_code == status
    assert response.json()["error"]["type"] == "invalid_request_error"


async def test_a_response_of_the_foreground_cannot_be_read_again() -> None:
    async with visiting() as visitor:
        body = {"model": "demo-brief", "input": "Hello", "stream": True}
        response = await visitor.client.post("/v1/responses", json=body)
        created = json.loads(response.text.split("\n")[1].removeprefix("data: "))
        again = await visitor.client.get(f"/v1/responses/{created['response']['id']}")
    assert again.status_code == 404
