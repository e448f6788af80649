"""Background responses of the demo are written without their client and read from any event."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from tests.streaming.demo.client import DemoClient, demo_client
from tests.streaming.demo.formats import events

CREATE = {"input": "What is a queue?", "background": True, "stream": True}
Events = list[dict[str, Any]]


async def expects_events(demo: DemoClient, method: str, path: str, **more: Any) -> Events:
    """The whole events of a body, as far as it goes."""
    data = b""
    async with demo.http.stream(method, path, **more) as response:
        assert response.status_code == 200
        try:
            async for piece in response.aiter_bytes():
                data += piece
        except httpx.RemoteProtocolError:
            data = data[: data.rfind(b"\n\n") + 2]
    return [event for _, event in events(data)]


async def create(demo: DemoClient, model: str) -> Events:
    return await expects_events(demo, "POST", "/v1/responses", json={"model": model, **CREATE})


async def replay(demo: DemoClient, response_id: str, after: int | None = None) -> Events:
    query = "" if after is None else f"&starting_after={after}"
    return await expects_events(demo, "GET", f"/v1/responses/{response_id}?stream=true{query}")


def text_of(all_events: Events) -> str:
    return "".join(
        event["delta"] for event in all_events if event["type"] == "response.output_text.delta"
    )


async def test_an_ended_response_can_be_read_again_from_every_event() -> None:
    async with demo_client() as demo:
        first = await create(demo, "demo-thinks")
        response_id = first[0]["response"]["id"]
        assert [event["sequence_number"] for event in first] == list(range(len(first)))
        assert await replay(demo, response_id) == first
        for after in range(0, len(first), 9):
            assert await replay(demo, response_id, after) == first[after + 1 :]


@pytest.mark.parametrize("size", [10, 700, 2000, 9000, 40_000])
async def test_a_cut_client_loses_nothing(size: int) -> None:
    async with demo_client() as demo:
        first = await create(demo, f"demo-brief+cut-{size}")
        response_id = f"resp_demo_{(await demo.log())[-1]['id']}"
        rest = await replay(demo, response_id, len(first) - 1)
    whole = first + rest
    assert [event["sequence_number"] for event in whole] == list(range(len(whole)))
    assert whole[-1]["type"] == "response.completed"
    assert text_of(whole) == whole[-1]["response"]["output"][0]["content"][0]["text"]


@pytest.mark.parametrize("model", ["demo-cut", "demo-unterminated"])
async def test_the_writing_continues_where_the_connection_was_lost(model: str) -> None:
    async with demo_client() as demo:
        first = await create(demo, model)
        assert first[-1]["type"] == "response.output_text.delta"
        rest = await replay(demo, first[0]["response"]["id"], len(first) - 1)
        whole = (await demo.ask("demo-tour")).text
    assert text_of(first) + text_of(rest) == whole


async def test_a_stalled_reader_can_continue_from_where_it_stalled() -> None:
    async with demo_client() as demo:
        reading = asyncio.create_task(create(demo, "demo-stall"))
        await demo.wait_until_running("demo-stall", 400)
        assert not reading.done()
        reading.cancel()
        visit = await demo.wait_for_visit("demo-stall")
        events_again = await replay(demo, f"resp_demo_{visit['id']}")
        whole = (await demo.ask("demo-tour")).text
    assert text_of(events_again) == whole


async def test_hanging_up_does_not_stop_the_writing() -> None:
    async with demo_client() as demo:
        reading = asyncio.create_task(create(demo, "demo-slow"))
        await demo.wait_until_running("demo-slow", 3)
        reading.cancel()
        visit = await demo.wait_for_visit("demo-slow")
        assert visit["client_hung_up"]
        rest = await replay(demo, f"resp_demo_{visit['id']}", 20)
        whole = (await demo.ask("demo-tour")).text
    assert rest[-1]["type"] == "response.completed"
    assert rest[-1]["response"]["output"][0]["content"][0]["text"] == whole


async def test_two_readers_can_follow_the_same_response() -> None:
    async with demo_client() as demo:
        first = asyncio.create_task(create(demo, "demo-slow"))
        await demo.wait_until_running("demo-slow", 5)
        running = (await demo.http.get("/_demo/running")).json()
        second = await replay(demo, f"resp_demo_{running[0]['id']}")
        assert second == await first


async def test_a_cancel_ends_it_for_all_and_a_second_changes_nothing() -> None:
    async with demo_client(speed=1) as demo:
        reading = asyncio.create_task(create(demo, "demo-slow"))
        await demo.wait_until_running("demo-slow", 2)
        running = (await demo.http.get("/_demo/running")).json()
        path = f"/v1/responses/resp_demo_{running[0]['id']}"
        assert (await demo.http.get(path)).json()["status"] == "in_progress"
        cancelled = (await demo.http.post(f"{path}/cancel")).json()
        again = (await demo.http.post(f"{path}/cancel")).json()
        seen = await reading
    assert cancelled["status"] == "cancelled"
    assert again == cancelled
    assert seen[-1]["type"] == "response.cancelled"
    assert cancelled["output"][0]["content"][0]["text"] == text_of(seen)


async def test_a_cancel_after_the_end_leaves_it_ended() -> None:
    async with demo_client() as demo:
        response_id = (await create(demo, "demo-brief"))[0]["response"]["id"]
        reply = await demo.http.post(f"/v1/responses/{response_id}/cancel")
    assert reply.json()["status"] == "completed"


async def test_a_failure_is_a_failure_on_every_reading() -> None:
    async with demo_client() as demo:
        first = await create(demo, "demo-error-mid")
        response_id = first[0]["response"]["id"]
        assert [event["type"] for event in first[-2:]] == ["error", "response.failed"]
        assert await replay(demo, response_id, len(first) - 2) == first[-1:]
        reply = await demo.http.get(f"/v1/responses/{response_id}")
    assert reply.json()["status"] == "failed"
    assert reply.json()["error"]["code"] == "server_error"


async def test_without_a_stream_it_can_be_polled() -> None:
    async with demo_client() as demo:
        body = {"model": "demo-brief", "input": "Hello", "background": True}
        begun = (await demo.http.post("/v1/responses", json=body)).json()
        async with asyncio.timeout(5):
            polled = begun
            while polled["status"] == "in_progress":
                polled = (await demo.http.get(f"/v1/responses/{begun['id']}")).json()
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
    async with demo_client() as demo:
        response = await demo.http.request(method, path)
    assert response.status_code == status
    assert response.json()["error"]["type"] == "invalid_request_error"


async def test_a_response_of_the_foreground_cannot_be_read_again() -> None:
    async with demo_client() as demo:
        body = {"model": "demo-brief", "input": "Hello", "stream": True}
        response = await demo.http.post("/v1/responses", json=body)
        created = json.loads(response.text.split("\n")[1].removeprefix("data: "))
        again = await demo.http.get(f"/v1/responses/{created['response']['id']}")
    assert again.status_code == 404
