"""The demo refuses the requests that the real upstreams refuse, and understands the others."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.streaming.demo.client import demo_client
from tests.streaming.demo.formats import FORMATS

CALL = {"name": "get_time", "arguments": "{}"}
CHAT_CALL = {"id": "c1", "type": "function", "function": CALL}
USER = {"role": "user", "content": "What time is it?"}


@pytest.mark.parametrize(
    ("name", "changes", "complaint"),
    [
        ("chat", {"messages": [USER, {"role": "assistant", "tool_calls": [CHAT_CALL]}]}, "tool"),
        ("chat", {"continue_final_message": True}, "Cannot set both"),
        ("responses", {"input": []}, "'input'"),
        ("responses", {"input": [{"role": "narrator", "content": "x"}]}, "role"),
        (
            "responses",
            {"input": [USER, {"type": "function_call", "call_id": "c1", **CALL}]},
            "No tool output found for function call c1",
        ),
        (
            "responses",
            {"input": [{"role": "user", "content": [{"type": "output_text", "text": "x"}]}]},
            "output_text",
        ),
        ("messages", {"max_tokens": None}, "max_tokens"),
        ("messages", {"messages": []}, "at least one message"),
        ("messages", {"messages": [{"role": "system", "content": "x"}]}, "role"),
        ("messages", {"messages": [{"role": "user", "content": ""}]}, "non-empty"),
        (
            "messages",
            {"messages": [USER, {"role": "assistant", "content": "It is "}]},
            "final assistant content cannot end with trailing whitespace",
        ),
        (
            "messages",
            {
                "messages": [
                    USER,
                    {
                        "role": "assistant",
                        "content": [{"type": "tool_use", "id": "c1", "name": "t", "input": {}}],
                    },
                    USER,
                ]
            },
            "tool_result",
        ),
        ("gateway", {"service_name": ""}, "service_name"),
        ("gateway", {"input": []}, "input"),
        ("pawa", {"messages": []}, "messages"),
        ("pawa", {"messages": [{"role": "narrator", "content": "x"}]}, "role"),
    ],
)
async def test_a_wrong_request_is_refused(
    name: str, changes: dict[str, Any], complaint: str
) -> None:
    async with demo_client() as demo:
        body = FORMATS[name].body("demo-brief", [("user", "Hi")], 100) | changes
        response = await demo.http.post(FORMATS[name].path, json=body)
    assert response.status_code == 400
    assert complaint in response.text


TOOL_TURNS: dict[str, dict[str, Any]] = {
    "chat": {
        "messages": [
            USER,
            {"role": "assistant", "content": None, "tool_calls": [CHAT_CALL]},
            {"role": "tool", "tool_call_id": "c1", "content": "half past nine"},
        ]
    },
    "responses": {
        "input": [
            USER,
            {"type": "function_call", "call_id": "c1", **CALL},
            {"type": "function_call_output", "call_id": "c1", "output": "half past nine"},
        ]
    },
    "messages": {
        "messages": [
            USER,
            {
                "role": "assistant",
                "content": [{"type": "tool_use", "id": "c1", "name": "get_time", "input": {}}],
            },
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "c1", "content": "half past nine"}
                ],
            },
        ]
    },
    "pawa": {
        "messages": [
            USER,
            {"role": "assistant", "content": [], "tool_calls": [CHAT_CALL]},
            {
                "role": "tool",
                "tool_call_id": "c1",
                "content": [{"type": "text", "text": "half past nine"}],
            },
        ]
    },
}


@pytest.mark.parametrize("name", TOOL_TURNS)
async def test_the_tools_model_answers_from_the_results(name: str) -> None:
    async with demo_client() as demo:
        parsed = await FORMATS[name].ask(demo.http, "demo-tools", **TOOL_TURNS[name])
    assert "half past nine" in parsed.text
    assert parsed.calls == {}


async def test_tools_on_offer_are_the_ones_called() -> None:
    tools = [{"type": "function", "name": "look_up", "parameters": {}}]
    async with demo_client() as demo:
        parsed = await FORMATS["responses"].ask(demo.http, "demo-tools", tools=tools)
    assert list(parsed.calls) == ["look_up"]


@pytest.mark.parametrize("name", FORMATS)
async def test_a_system_prompt_is_counted_and_not_answered(name: str) -> None:
    prompts: dict[str, dict[str, Any]] = {
        "chat": {"messages": [{"role": "system", "content": "Be kind. " * 40}, USER]},
        "responses": {"instructions": "Be kind. " * 40, "input": [USER]},
        "messages": {"system": "Be kind. " * 40, "messages": [USER]},
        "gateway": {
            "history": [{"role": "system", "content": "Be kind. " * 40}],
            "input": [{"type": "text", "name": "input", "content": USER["content"]}],
        },
        "pawa": {
            "memoryChat": [{"role": "system", "content": "Be kind. " * 40}],
            "messages": [USER],
        },
    }
    async with demo_client() as demo:
        parsed = await FORMATS[name].ask(demo.http, "demo-brief", **prompts[name])
    assert "What time is it?" in parsed.text
    assert "Be kind" not in parsed.text


@pytest.mark.parametrize("name", FORMATS)
async def test_who_wants_no_stream_gets_one_object(name: str) -> None:
    wire = FORMATS[name]
    async with demo_client() as demo:
        body = wire.body("demo-brief", [("user", "Hi")], 4000) | {"stream": False}
        streamed = await wire.ask(demo.http, "demo-brief", [("user", "Hi")])
        response = await demo.http.post(wire.path, json=body)
        odd = wire.body("demo-unstreamed", [("user", "Hi")], 4000)
        unstreamed = await demo.http.post(wire.path, json=odd)
    for reply in [unstreamed] if name == "gateway" else [response, unstreamed]:
        assert reply.headers["Content-Type"] == "application/json"
        assert streamed.text in json.dumps(reply.json(), ensure_ascii=False)
