"""The model that calls tools: what a prompt tells it, round after round, in each format."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.streaming.demo.client import demo_client
from tests.streaming.demo.formats import FORMATS, ParsedBody

PROMPT = """Please.
/tool demo_echo {"text": "one — two"}
/tool demo_slow {"seconds": 1}
then
/tool calculate {"expression": "6 * 7"}"""

Call = tuple[str, str, str]
"""Its id, name and arguments."""

FIRST: tuple[Call, ...] = (
    ("call_demo_1", "demo_echo", '{"text": "one — two"}'),
    ("call_demo_2", "demo_slow", '{"seconds": 1}'),
)
SECOND: tuple[Call, ...] = (("call_demo_3", "calculate", '{"expression": "6 * 7"}'),)


def function(call: Call) -> dict[str, Any]:
    pk, name, arguments = call
    return {"id": pk, "type": "function", "function": {"name": name, "arguments": arguments}}


def chat(prompt: str, *rounds: tuple[Call, ...]) -> dict[str, Any]:
    messages: list[dict[str, Any]] = [{"role": "user", "content": prompt}]
    for calls in rounds:
        messages.append(
            {"role": "assistant", "content": "Let me", "tool_calls": [*map(function, calls)]}
        )
        messages += [
            {"role": "tool", "tool_call_id": pk, "content": f"result of {name}"}
            for pk, name, _ in calls
        ]
    return {"messages": messages}


def pawa(prompt: str, *rounds: tuple[Call, ...]) -> dict[str, Any]:
    messages = chat(prompt, *rounds)["messages"]
    return {
        "messages": [
            {**said, "content": [{"type": "text", "text": said["content"]}]} for said in messages
        ]
    }


def responses(prompt: str, *rounds: tuple[Call, ...]) -> dict[str, Any]:
    items: list[dict[str, Any]] = [{"role": "user", "content": prompt}]
    for calls in rounds:
        items += [
            {"type": "function_call", "call_id": pk, "name": name, "arguments": arguments}
            for pk, name, arguments in calls
        ]
        items += [
            {"type": "function_call_output", "call_id": pk, "output": f"result of {name}"}
            for pk, name, _ in calls
        ]
    return {"input": items}


def messages(prompt: str, *rounds: tuple[Call, ...]) -> dict[str, Any]:
    turns: list[dict[str, Any]] = [{"role": "user", "content": prompt}]
    for calls in rounds:
        used = [
            {"type": "tool_use", "id": pk, "name": name, "input": json.loads(arguments)}
            for pk, name, arguments in calls
        ]
        turns.append({"role": "assistant", "content": [{"type": "text", "text": "Let me"}, *used]})
        results = [
            {"type": "tool_result", "tool_use_id": pk, "content": f"result of {name}"}
            for pk, name, _ in calls
        ]
        turns.append({"role": "user", "content": results})
    return {"messages": turns}


BODIES = {"chat": chat, "responses": responses, "messages": messages, "pawa": pawa}


def called(parsed: ParsedBody) -> dict[str, Any]:
    return {name: json.loads("".join(pieces)) for name, pieces in parsed.calls.items()}


@pytest.mark.parametrize("name", BODIES)
async def test_a_prompt_says_which_tools_are_called_and_when(name: str) -> None:
    body, wire = BODIES[name], FORMATS[name]
    async with demo_client() as demo:
        first = await wire.ask(demo.http, "demo-tools", **body(PROMPT))
        second = await wire.ask(demo.http, "demo-tools", **body(PROMPT, FIRST))
        last = await wire.ask(demo.http, "demo-tools", **body(PROMPT, FIRST, SECOND))
    assert called(first) == {"demo_echo": {"text": "one — two"}, "demo_slow": {"seconds": 1}}
    assert called(second) == {"calculate": {"expression": "6 * 7"}}
    assert called(last) == {}
    assert "result of demo echo" in last.text
    assert "result of calculate" in last.text


@pytest.mark.parametrize("name", BODIES)
async def test_it_can_be_told_to_think_and_never_to_end(name: str) -> None:
    body, wire = BODIES[name], FORMATS[name]
    prompt = "/think\n/tool demo_echo {}\nagain"
    rounds = [((f"call_demo_{number}", "demo_echo", "{}"),) for number in range(1, 4)]
    async with demo_client() as demo:
        for done in range(3):
            parsed = await wire.ask(demo.http, "demo-tools", **body(prompt, *rounds[:done]))
            assert list(parsed.calls) == ["demo_echo"]
            assert "ask a tool" in parsed.reasoning


async def test_the_gateway_has_no_tools() -> None:
    async with demo_client() as demo:
        parsed = await FORMATS["gateway"].ask(demo.http, "demo-tools", [("user", PROMPT)])
    assert (parsed.calls, parsed.terminal) == ({}, True)


async def test_those_on_offer_get_arguments_that_they_understand() -> None:
    tools = [{"type": "function", "name": name} for name in ("x_fails", "x_echo", "calculate")]
    async with demo_client() as demo:
        parsed = await FORMATS["responses"].ask(demo.http, "demo-tools", tools=tools)
    assert called(parsed) == {
        "x_echo": {"text": "“What is a queue?”"},
        "calculate": {"expression": "17 * 23"},
    }


@pytest.mark.parametrize("name", BODIES)
async def test_arguments_that_are_no_json_are_written_as_told(name: str) -> None:
    body, wire = BODIES[name], FORMATS[name]
    async with demo_client() as demo:
        parsed = await wire.ask(demo.http, "demo-tools", **body('/tool demo_echo {"text": '))
    assert "".join(parsed.calls["demo_echo"]) in ('{"text":', json.dumps('{"text":'))
