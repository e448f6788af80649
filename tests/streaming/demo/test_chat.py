"""The demo upstream speaks wire format `chat` as OpenAI-compatible servers do."""

from __future__ import annotations

import json

import pytest

from tests.streaming.demo.client import USAGE, demo_client

HELLO = [{"role": "user", "content": "Hello"}]


async def test_an_answer_opens_with_the_role_and_ends_with_a_reason_and_done() -> None:
    async with demo_client() as demo:
        body = {"model": "demo-brief", "messages": HELLO, "stream": True}
        response = await demo.http.post("/v1/chat/completions", json=body)
    frames = response.text.split("\n\n")
    chunks = [json.loads(frame.removeprefix("data: ")) for frame in frames[:-2]]
    assert frames[-2:] == ["data: [DONE]", ""]
    assert chunks[0]["choices"][0]["delta"]["role"] == "assistant"
    assert chunks[-1]["choices"][0] == {
        "index": 0,
        "delta": {},
        "logprobs": None,
        "finish_reason": "stop",
    }
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk["id"] for chunk in chunks}) == 1
    assert all("usage" not in chunk for chunk in chunks)


async def test_usage_comes_last_when_it_is_asked_for() -> None:
    async with demo_client() as demo:
        answer = await demo.ask("demo-brief", "Four", **USAGE)
    assert answer.usage is not None
    assert answer.usage["prompt_tokens"] == 1
    assert answer.usage["completion_tokens"] == -(-len(answer.text) // 4)
    assert answer.usage["total_tokens"] == 1 + answer.usage["completion_tokens"]


async def test_max_tokens_is_honoured_at_four_characters_a_token() -> None:
    async with demo_client() as demo:
        whole = await demo.ask("demo-tour")
        short = await demo.ask("demo-tour", max_tokens=25)
        newer = await demo.ask("demo-tour", max_completion_tokens=25)
        enough = await demo.ask("demo-tour", max_tokens=-(-len(whole.text) // 4))
    assert (short.text, short.finish, short.done) == (whole.text[:100], "length", True)
    assert newer.text == short.text
    assert (enough.text, enough.finish) == (whole.text, "stop")


async def test_a_request_without_stream_gets_one_object() -> None:
    async with demo_client() as demo:
        streamed = await demo.ask("demo-brief", "Hello")
        body = {"model": "demo-brief", "messages": HELLO}
        whole = (await demo.http.post("/v1/chat/completions", json=body)).json()
    assert whole["object"] == "chat.completion"
    assert whole["choices"][0]["message"]["content"] == streamed.text
    assert whole["choices"][0]["finish_reason"] == "stop"
    assert whole["usage"]["completion_tokens"] > 0


async def test_content_may_be_a_list_of_parts() -> None:
    async with demo_client() as demo:
        plain = await demo.ask("demo-brief", "Hello there")
        parts = [{"type": "text", "text": "Hello"}, {"type": "text", "text": " there"}]
        listed = await demo.send("demo-brief", [{"role": "user", "content": parts}])
    assert listed.text == plain.text


async def test_the_models_are_listed_with_what_they_do() -> None:
    async with demo_client() as demo:
        models = (await demo.http.get("/v1/models")).json()["data"]
    assert models[0]["id"] == "demo-tour"
    assert all(model["object"] == "model" and model["description"] for model in models)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"model": "demo-brief", ', 400, None),
        (b"[" * 100_000, 400, None),
        (b'["demo-brief"]', 400, None),
        (b'{"messages": [{"role": "user", "content": "Hi"}]}', 400, None),
        (b'{"model": "demo-brief", "messages": []}', 400, None),
        (b'{"model": "demo-brief", "messages": ["Hi"]}', 400, None),
        (b'{"model": "demo-brief", "messages": [{"role": "narrator"}]}', 400, None),
        (
            b'{"model": "demo-brief", "max_tokens": 0, "messages": [{"role": "user"}]}',
            400,
            None,
        ),
        (
            b'{"model": "gpt-9", "messages": [{"role": "user", "content": "Hi"}]}',
            404,
            "model_not_found",
        ),
    ],
)
async def test_a_request_that_cannot_be_served_gets_an_error_object(
    body: bytes, status: int, code: str | None
) -> None:
    async with demo_client() as demo:
        response = await demo.http.post("/v1/chat/completions", content=body)
    error = response.json()["error"]
    assert response.status_code == status
    assert error["type"] == "invalid_request_error"
    assert error["code"] == code
    assert error["message"]


async def test_lone_surrogates_and_nul_in_a_prompt_do_no_harm() -> None:
    async with demo_client() as demo:
        body = rb'{"model":"demo-brief","messages":[{"role":"user","content":"a\ud83d b\u0000"}]}'
        response = await demo.http.post("/v1/chat/completions", content=body)
    assert response.json()["choices"][0]["finish_reason"] == "stop"
