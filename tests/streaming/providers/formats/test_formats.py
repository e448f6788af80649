"""Five formats, end to end: our client against the demo upstream, over real HTTP."""

import random
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import pytest

from streaming.demo.serving.server import DemoUpstream
from streaming.events import (
    AnswerNoted,
    Event,
    Failed,
    Finished,
    ReasoningDelta,
    TextDelta,
    ToolCallEnded,
    ToolCallStarted,
    UsageReported,
)
from streaming.providers.base import ChatMessage, ChatRequest, Replay
from streaming.providers.config import FORMATS, ResumeMode, load_providers
from streaming.providers.http.client import Client, close_client, open_client
from streaming.providers.http.upstream import Upstream
from streaming.providers.registry import provider_for
from streaming.resume.plan import apply, plan
from streaming.resume.seam import Seam
from tests.support.network.relay import relay

each_format = pytest.mark.parametrize("wire", FORMATS)


@dataclass
class Place:
    """A demo upstream and a client for it."""

    demo: DemoUpstream
    client: Client

    def upstream(self, wire: str, port: int | None = None, **fields: Any) -> Upstream:
        url = f"http://127.0.0.1:{port}" if port else self.demo.url
        environ = {"DEMO_UPSTREAM_URL": url, "DEMO_FORMATS": "all"}
        (config,) = [each for each in load_providers(environ) if each.format == wire]
        return provider_for(replace(config, **fields), self.client)


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with DemoUpstream(speed=10_000, say=lambda line: None) as demo:
        client = open_client()
        yield Place(demo, client)
        await close_client(client)


@dataclass
class Said:
    """An answer, or as much of it as came."""

    events: list[Event] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, TextDelta))

    @property
    def reasoning(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, ReasoningDelta))

    @property
    def failed(self) -> Failed:
        assert isinstance(self.events[-1], Failed)
        return self.events[-1]


def request(model: str, **fields: Any) -> ChatRequest:
    return ChatRequest(model, (ChatMessage("user", "What is a queue?"),), **fields)


async def ask(upstream: Upstream, asked: ChatRequest) -> Said:
    return Said([event async for batch in upstream.stream(asked) for event in batch])


@each_format
async def test_the_models_are_listed(place: Place, wire: str) -> None:
    assert "demo-tour" in await place.upstream(wire).models()


@each_format
@pytest.mark.parametrize("model", ["demo-tour", "demo-unicode", "demo-unstreamed"])
async def test_the_same_text_comes_in_every_format(place: Place, wire: str, model: str) -> None:
    said = await ask(place.upstream(wire), request(model))
    plain = await ask(place.upstream("chat"), request(model))
    assert said.text == plain.text != ""
    assert isinstance(said.events[-1], Finished)
    assert any(isinstance(event, UsageReported) and event.output_tokens for event in said.events)


@each_format
async def test_thoughts_are_told_from_text(place: Place, wire: str) -> None:
    said = await ask(place.upstream(wire), request("demo-thinks"))
    assert "17 × 23" in said.reasoning
    assert "14391" in said.text


@pytest.mark.parametrize("wire", ["chat", "responses", "messages", "pawa"])
async def test_calls_come_with_their_whole_arguments(place: Place, wire: str) -> None:
    said = await ask(place.upstream(wire), request("demo-tools"))
    names = [event.name for event in said.events if isinstance(event, ToolCallStarted)]
    ended = [event.arguments for event in said.events if isinstance(event, ToolCallEnded)]
    assert names == ["get_weather", "get_time"]
    assert '"Dodoma"' in ended[0]
    assert isinstance(said.events[-1], Finished)
    assert said.events[-1].reason == "tool_calls"


@each_format
@pytest.mark.parametrize(
    ("model", "kinds"),
    [
        ("demo-cut", {"connection"}),
        ("demo-error-mid", {"server", "unknown"}),
        ("demo-rate-limited", {"rate_limit"}),
        ("demo-unauthorized", {"auth"}),
        ("demo-overloaded", {"overloaded"}),
        ("demo-broken", {"server"}),
        ("demo-page", {"malformed"}),
        ("demo-garbage", {"malformed"}),
        ("demo-long-line", {"malformed"}),
        ("demo-bomb", {"malformed"}),
        ("demo-elsewhere", {"malformed"}),
    ],
)
async def test_each_fault_has_its_kind(
    place: Place, wire: str, model: str, kinds: set[str]
) -> None:
    assert (await ask(place.upstream(wire), request(model))).failed.kind in kinds


@pytest.mark.parametrize("wire", ["chat", "responses", "messages", "gateway"])
async def test_an_end_without_a_terminal_is_cut(place: Place, wire: str) -> None:
    said = await ask(place.upstream(wire), request("demo-unterminated"))
    assert said.failed.kind == "truncated"


@pytest.mark.parametrize(
    ("wire", "model", "reason"),
    [
        *(product(["chat", "responses", "messages"], ["demo-length"], ["length"])),
        *(product(["chat", "responses", "messages"], ["demo-refusal"], ["refusal"])),
        *(product(["chat", "responses"], ["demo-filter"], ["content_filter"])),
        ("messages", "demo-pause", "pause"),
    ],
)
async def test_why_the_model_stopped_is_told(
    place: Place, wire: str, model: str, reason: str
) -> None:
    asked = request(model, parameters={"max_tokens": 80})
    (last,) = (await ask(place.upstream(wire), asked)).events[-1:]
    assert isinstance(last, Finished)
    assert last.reason == reason


async def resumed(upstream: Upstream, mode: ResumeMode, asked: ChatRequest, cut: Said) -> str:
    """The whole text after one more attempt, joined as the page would show it."""
    if isinstance(cut.events[-1], Finished):
        return cut.text
    said = await ask(upstream, apply(mode, asked, cut.text))
    assert isinstance(said.events[-1], Finished)
    if not cut.text.strip():
        return said.text
    seam = Seam(cut.text, mode)
    rest = seam.feed(said.text) + seam.flush()
    return rest if seam.restarted else cut.text + rest


@each_format
async def test_cut_anywhere_and_resumed_an_answer_is_the_uncut_one(place: Place, wire: str) -> None:
    asked = request("demo-prefill")
    dice = random.Random(wire)
    async with relay(place.demo.url) as line:
        upstream = place.upstream(wire, line.port)
        whole = (await ask(upstream, asked)).text
        size = line.passed
        for _ in range(50):
            line.room = dice.randrange(size)
            said = await ask(upstream, asked)
            line.room = None
            mode = plan(upstream.config, asked.model)
            assert await resumed(upstream, mode, asked, said) == whole


async def test_an_answer_in_the_background_is_replayed_without_a_loss(place: Place) -> None:
    asked = request("demo-thinks")
    dice = random.Random(5)
    async with relay(place.demo.url) as line:
        upstream = place.upstream("responses", line.port, options={"background": True})
        whole = await ask(upstream, asked)
        size = line.passed
        for _ in range(50):
            line.room = dice.randrange(size)
            said = await ask(upstream, asked)
            line.room = None
            notes = [event for event in said.events if isinstance(event, AnswerNoted)]
            if not notes:  # cut before there was anything to come back to
                continue
            replay = Replay(notes[-1].response_id, notes[-1].cursor or 0, said.text)
            rest = await ask(upstream, replace(asked, replay=replay))
            assert said.text + rest.text == whole.text
            assert said.reasoning + rest.reasoning == whole.reasoning
            assert isinstance(rest.events[-1], Finished)


async def test_a_stopped_answer_in_the_background_is_cancelled_upstream(place: Place) -> None:
    upstream = place.upstream("responses", options={"background": True})
    asked = request("demo-drip")
    note = await first_note(upstream, asked)
    assert await upstream.cancel(note.response_id) is None
    said = await ask(upstream, replace(asked, replay=Replay(note.response_id, after=-1)))
    assert said.events[-1] == Finished("cancelled", "cancelled")


async def first_note(upstream: Upstream, asked: ChatRequest) -> AnswerNoted:
    async with aclosing(upstream.stream(asked)) as stream:
        async for batch in stream:
            for event in batch:
                if isinstance(event, AnswerNoted):
                    return event
    raise AssertionError("nothing was noted")
