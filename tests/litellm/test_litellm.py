"""Chat, stop and resume through a server that others wrote, in the three formats it serves."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, field, replace

import pytest

from streaming.demo.behaviours import texts
from streaming.demo.behaviours.files import digest
from streaming.events import (
    AnswerNoted,
    Event,
    Finished,
    TextDelta,
    ToolCallEnded,
    ToolCallStarted,
    UsageReported,
)
from streaming.providers.base import ChatMessage, ChatRequest, ResumeMode, SentFile, Tool, ToolCall
from streaming.providers.config import ProviderConfig, WireFormat
from streaming.providers.http.client import Client
from streaming.providers.registry import provider_for
from streaming.resume.plan import apply, plan
from streaming.resume.seam import Seam
from tests.litellm.proxy import ENDLESS, VENDORS, LiteLLM
from tests.support import sample_files

pytestmark = pytest.mark.litellm
PROMPT = "What is a queue?"
WHOLE = texts.essay(PROMPT)
FORMATS = tuple(VENDORS)
WAYS: list[tuple[WireFormat, ResumeMode | None, ResumeMode]] = [
    *((wire, None, "instruct") for wire in FORMATS),
    ("chat", "prefill", "prefill"),
    ("messages", "prefill", "prefill"),
]


@dataclass
class Heard:
    """What came of one request; `text` grows by delta."""

    text: str = ""
    events: list[Event] = field(default_factory=list)


def request(wire: WireFormat, model: str) -> ChatRequest:
    return ChatRequest(f"{VENDORS[wire]}/{model}", (ChatMessage("user", PROMPT),))


async def hear(
    http: Client, config: ProviderConfig, asked: ChatRequest, *, until: int | None = None
) -> Heard:
    """The answer; its connection is closed once `until` characters have come."""
    heard = Heard()
    async with aclosing(provider_for(config, http).stream(asked)) as batches:
        async for batch in batches:
            heard.events += batch
            heard.text += "".join(event.text for event in batch if isinstance(event, TextDelta))
            if until is not None and len(heard.text) >= until:
                break
    return heard


@pytest.mark.parametrize("wire", FORMATS)
async def test_an_answer_comes_whole(litellm: LiteLLM, http: Client, wire: WireFormat) -> None:
    heard = await hear(http, litellm.provider(wire), request(wire, "demo-tour"))
    assert heard.text == WHOLE
    assert isinstance(heard.events[-1], Finished)
    assert heard.events[-1].reason == "stop"
    assert any(isinstance(event, UsageReported) for event in heard.events)


@pytest.mark.parametrize("wire", FORMATS)
async def test_a_stop_reaches_the_upstream(
    litellm: LiteLLM, http: Client, wire: WireFormat
) -> None:
    before = len(litellm.visits(ENDLESS))
    await hear(http, litellm.provider(wire), request(wire, ENDLESS), until=40)
    assert litellm.wait_for_visit(ENDLESS, before)["client_hung_up"]


@pytest.mark.parametrize("wire", FORMATS)
async def test_a_stop_reaches_an_upstream_that_has_fallen_silent(
    litellm: LiteLLM, http: Client, wire: WireFormat
) -> None:
    before = len(litellm.visits("demo-stall"))
    await hear(http, litellm.provider(wire), request(wire, "demo-stall"), until=1)
    assert litellm.wait_for_visit("demo-stall", before)["client_hung_up"]


@pytest.mark.parametrize(("wire", "configured", "mode"), WAYS)
async def test_a_stopped_answer_goes_on_without_a_scar(
    litellm: LiteLLM,
    http: Client,
    wire: WireFormat,
    configured: ResumeMode | None,
    mode: ResumeMode,
) -> None:
    config, asked = litellm.provider(wire, configured), request(wire, "demo-tour")
    partial = (await hear(http, config, asked, until=700)).text
    assert 700 <= len(partial) < len(WHOLE)
    assert plan(config, asked.model) == mode
    rest = await hear(http, config, apply(mode, asked, partial))
    seam = Seam(partial, mode)
    joined = partial + seam.feed(rest.text) + seam.flush()
    assert not seam.restarted
    assert joined == WHOLE


@pytest.mark.parametrize("wire", FORMATS)
async def test_pictures_and_documents_come_through(
    litellm: LiteLLM, http: Client, wire: WireFormat
) -> None:
    picture = SentFile("image", "image/png", "red.png", sample_files.png())
    notes = SentFile("document", "text/plain", "notes.txt", text="Buy a queue.")
    files = [picture, notes]
    if wire != "responses":
        files.append(SentFile("document", "application/pdf", "a.pdf", sample_files.pdf("Whole")))
    asked = replace(
        request(wire, "demo-files"), messages=(ChatMessage("user", PROMPT, files=tuple(files)),)
    )
    heard = await hear(http, litellm.provider(wire), asked)
    for file in files:
        assert digest(file.data or file.text.encode()) in heard.text


TOOLS = (
    Tool("demo_echo", "Says it again.", {"type": "object", "properties": {}}),
    Tool("calculate", "Calculates.", {"type": "object", "properties": {}}),
)
CALLS = """/tool demo_echo {"text": "one"}
/tool calculate {"expression": "6 * 7"}"""


def as_turn(heard: Heard) -> ChatMessage:
    """The answer as the turn that it is in the next request."""
    names = {e.index: e for e in heard.events if isinstance(e, ToolCallStarted)}
    ended = [event for event in heard.events if isinstance(event, ToolCallEnded)]
    calls = tuple(ToolCall(names[e.index].id, names[e.index].name, e.arguments) for e in ended)
    noted = [e.opaque for e in heard.events if isinstance(e, AnswerNoted) and e.opaque]
    return ChatMessage("assistant", heard.text, calls, opaque=noted[-1] if noted else None)


@pytest.mark.parametrize("thinks", [False, True])
@pytest.mark.parametrize("wire", FORMATS)
async def test_tools_are_called_and_what_they_said_comes_back(
    litellm: LiteLLM, http: Client, wire: WireFormat, thinks: bool
) -> None:
    prompt = ChatMessage("user", f"/think\n{CALLS}" if thinks else CALLS)
    asked = replace(request(wire, "demo-tools"), messages=(prompt,), tools=TOOLS)
    called = await hear(http, litellm.provider(wire), asked)
    turn = as_turn(called)
    assert [call.name for call in turn.tool_calls] == ["demo_echo", "calculate"]
    assert isinstance(called.events[-1], Finished)
    assert called.events[-1].reason == "tool_calls"
    results = [
        ChatMessage("tool", text, tool_call_id=call.id, is_error=text == "It broke.")
        for call, text in zip(turn.tool_calls, ("It broke.", "42"), strict=True)
    ]
    told = replace(asked, messages=(prompt, turn, *results))
    answered = await hear(http, litellm.provider(wire), told)
    assert isinstance(answered.events[-1], Finished)
    assert answered.events[-1].reason == "stop"
    assert "It broke.; 42" in answered.text
