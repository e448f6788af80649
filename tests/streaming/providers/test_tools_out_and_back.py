"""Rounds of tools in each wire format that has them, with the demo upstream at the other end.

Tools are offered, calls are streamed and put together, and what they came to goes back with all
that the format wants to see again. The demo refuses what a real server refuses: a call without its
result, or a result out of its place.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

import pytest

from streaming.events import (
    AnswerNoted,
    Event,
    Finished,
    ReasoningDelta,
    TextDelta,
    ToolArgumentsDelta,
    ToolCallEnded,
    ToolCallStarted,
)
from streaming.providers.base import ChatMessage, ChatRequest, SentFile, Tool, ToolCall
from streaming.providers.config import ProviderConfig, WireFormat
from streaming.providers.http.client import Client, close_client, open_client
from streaming.providers.registry import ADAPTERS, provider_for
from tests.streaming.demo.client import demo_client
from tests.support import sample_files

WITH_TOOLS: tuple[WireFormat, ...] = ("chat", "responses", "messages", "pawa")
SCHEMA = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
TOOLS = (Tool("demo_echo", "Says it again.", SCHEMA), Tool("calculate", "Calculates."))
PROMPT = """/think
/tool demo_echo {"text": "one — “two”"}
/tool calculate {"expression": "6 * 7"}
then
/tool demo_echo {"text": "again"}"""
PICTURE = SentFile("image", "image/png", "red.png", sample_files.png())


@dataclass
class Reply:
    """What one request brought, as the turn of the model that it is afterwards."""

    events: list[Event]

    @property
    def finish(self) -> str:
        assert isinstance(self.events[-1], Finished)
        return self.events[-1].reason

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, TextDelta))

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        begun = {e.index: e for e in self.events if isinstance(e, ToolCallStarted)}
        ended = {e.index: e.arguments for e in self.events if isinstance(e, ToolCallEnded)}
        assert begun.keys() == ended.keys()
        return tuple(ToolCall(begun[at].id, begun[at].name, ended[at]) for at in sorted(begun))

    @property
    def turn(self) -> ChatMessage:
        noted = [e.opaque for e in self.events if isinstance(e, AnswerNoted) and e.opaque]
        return ChatMessage("assistant", self.text, self.calls, opaque=noted[-1] if noted else None)


@dataclass
class Upstream:
    """The demo, spoken to in one wire format."""

    config: ProviderConfig
    client: Client

    async def answers(self, *turns: ChatMessage, tools: Sequence[Tool] = TOOLS) -> Reply:
        request = ChatRequest("demo-tools", turns, tools=tuple(tools))
        events: list[Event] = []
        async with aclosing(provider_for(self.config, self.client).stream(request)) as batches:
            async for batch in batches:
                events += batch
        return Reply(events)

    def sent(self, *turns: ChatMessage) -> Any:
        """The turns of the body that goes out with these."""
        body = ADAPTERS[self.config.format].call(self.config, ChatRequest("m", turns)).body
        assert body is not None
        return body.get("input") or body["messages"]


@pytest.fixture
async def upstream(request: pytest.FixtureRequest) -> AsyncIterator[Upstream]:
    wire: WireFormat = request.param
    async with demo_client() as demo:
        place = "" if wire == "gateway" else "/v1"
        client = open_client()
        config = ProviderConfig("p", "P", wire, demo.upstream.url + place)
        yield Upstream(replace(config, options={"service_name": "demo"}), client)
        await close_client(client)


def result(call: ToolCall, text: str, **more: Any) -> ChatMessage:
    return ChatMessage("tool", text, tool_call_id=call.id, **more)


each_with_tools = pytest.mark.parametrize("upstream", WITH_TOOLS, indirect=True)


@each_with_tools
async def test_a_tool_is_called_and_told_of_round_after_round(upstream: Upstream) -> None:
    asked = ChatMessage("user", PROMPT)
    first = await upstream.answers(asked)
    assert first.finish == "tool_calls"
    assert [call.name for call in first.calls] == ["demo_echo", "calculate"]
    assert [call.arguments.replace(" ", "") for call in first.calls] == [
        '{"text":"one—“two”"}',
        '{"expression":"6*7"}',
    ]
    assert len({call.id for call in first.calls} - {""}) == 2
    assert any(isinstance(event, ReasoningDelta) for event in first.events)
    pieces = [event for event in first.events if isinstance(event, ToolArgumentsDelta)]
    assert (len(pieces) > 2) == (upstream.config.format != "pawa")  # which sends calls whole

    echo, sum_ = first.calls
    told = (asked, first.turn, result(echo, "It broke.", is_error=True), result(sum_, "42"))
    second = await upstream.answers(*told)
    assert second.finish == "tool_calls"
    assert [call.arguments.replace(" ", "") for call in second.calls] == ['{"text":"again"}']
    assert {call.id for call in second.calls}.isdisjoint({echo.id, sum_.id})

    last = await upstream.answers(
        *told, second.turn, result(second.calls[0], "again", files=(PICTURE,))
    )
    assert (last.finish, last.calls) == ("stop", ())
    for words in ("It broke.", "42", "again"):
        assert words in last.text


SEEN_AGAIN: dict[WireFormat, str] = {
    "messages": "{'type': 'thinking', 'thinking': 'I cannot know that by myself, so I had better "
    "ask a tool.', 'signature': 'ZGVtbw=='}",
    "responses": "'encrypted_content': ",
    "chat": "'reasoning_content': 'I cannot know that by myself",
}
"""What of its thoughts a model is shown again next to its calls."""


@each_with_tools
async def test_thoughts_go_back_with_their_calls_where_the_format_wants_it(
    upstream: Upstream,
) -> None:
    first = await upstream.answers(ChatMessage("user", PROMPT))
    results = [result(call, "done") for call in first.calls]
    sent = str(upstream.sent(ChatMessage("user", PROMPT), first.turn, *results))
    assert SEEN_AGAIN.get(upstream.config.format, "") in sent
    other = replace(first.turn, opaque=None)
    assert "ZGVtbw" not in str(upstream.sent(ChatMessage("user", PROMPT), other, *results))


@each_with_tools
async def test_a_call_without_a_result_is_not_sent(upstream: Upstream) -> None:
    """It was never decided about, and the person wrote on."""
    asked = ChatMessage("user", PROMPT)
    first = await upstream.answers(asked)
    lone = await upstream.answers(asked, first.turn, ChatMessage("user", "Never mind."), tools=())
    assert isinstance(lone.events[-1], Finished)
    half = await upstream.answers(asked, first.turn, result(first.calls[1], "42"))
    assert isinstance(half.events[-1], Finished)


@pytest.mark.parametrize("upstream", ["gateway"], indirect=True)
async def test_the_gateway_is_offered_no_tools_and_told_no_results(upstream: Upstream) -> None:
    call = ToolCall("c1", "calculate", "{}")
    turns = (
        ChatMessage("user", "What is 6 times 7?"),
        ChatMessage("assistant", "Let me see.", (call,)),
        result(call, "42"),
        ChatMessage("user", "So?"),
    )
    reply = await upstream.answers(*turns)
    assert (reply.finish, reply.calls) == ("stop", ())
    assert "calculate" not in str(upstream.sent(*turns))
