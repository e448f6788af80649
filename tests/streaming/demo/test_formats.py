"""Every scenario of the demo comes in each of the five wire formats."""

from __future__ import annotations

import json
import random

import pytest

from tests.streaming.demo.client import INSTRUCTION, demo_client
from tests.streaming.demo.formats import FORMATS, PROMPT, ClientFormat

ERROR_TEXT_AT = {
    "chat": ("error", "message"),
    "responses": ("error", "message"),
    "messages": ("error", "message"),
    "gateway": ("detail",),
    "pawa": ("message",),
}
each_format = pytest.mark.parametrize("wire", FORMATS.values(), ids=FORMATS)


@each_format
async def test_the_same_answer_comes_in_every_format(wire: ClientFormat) -> None:
    async with demo_client() as demo:
        plain = await demo.ask("demo-tour", PROMPT)
        parsed = await wire.ask(demo.http, "demo-tour")
    assert parsed.text == plain.text
    assert parsed.deltas == len(plain.deltas)
    assert parsed.terminal
    assert parsed.error is None
    assert parsed.output_tokens == -(-len(plain.text) // 4)


@each_format
async def test_thoughts_and_text_take_turns(wire: ClientFormat) -> None:
    async with demo_client() as demo:
        parsed = await wire.ask(demo.http, "demo-thinks")
    assert parsed.order == ["reasoning", "text", "reasoning", "text"]
    assert "17 × 23" in parsed.reasoning
    assert "**14391**" in parsed.text


@pytest.mark.parametrize("wire", [FORMATS[name] for name in ("chat", "responses", "messages")])
async def test_tool_calls_come_in_pieces(wire: ClientFormat) -> None:
    async with demo_client() as demo:
        parsed = await wire.ask(demo.http, "demo-tools")
    assert list(parsed.calls) == ["get_weather", "get_time"]
    assert all(len(pieces) > 4 for pieces in parsed.calls.values())
    assert json.loads("".join(parsed.calls["get_weather"]))["city"] == "Dodoma"
    assert parsed.finish in ("tool_calls", "completed", "tool_use")


async def test_pawa_sends_a_tool_call_whole_and_its_arguments_as_an_object() -> None:
    async with demo_client() as demo:
        parsed = await FORMATS["pawa"].ask(demo.http, "demo-tools")
    assert json.loads(parsed.calls["get_time"][0]) == {"timezone": "Africa/Dar_es_Salaam"}
    assert parsed.finish == "tool_calls"


@each_format
@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("demo-brief", ("stop", "completed", "end_turn", None, "stop")),
        (
            "demo-filter",
            ("content_filter", "content_filter", "refusal", "content_filter", "content_filter"),
        ),
        ("demo-refusal", ("stop", "completed", "refusal", "refusal", "refusal")),
        ("demo-pause", ("stop", "other", "pause_turn", None, "pause")),
        ("demo-empty", ("stop", "completed", "end_turn", None, "stop")),
    ],
)
async def test_the_end_is_said_in_the_words_of_the_format(
    wire: ClientFormat, model: str, words: tuple[str | None, ...]
) -> None:
    word = dict(zip(FORMATS, words, strict=True))[wire.name]
    async with demo_client() as demo:
        parsed = await wire.ask(demo.http, model)
    assert (parsed.finish, parsed.terminal) == (word, True)


@each_format
async def test_the_token_limit_is_honoured_and_said(wire: ClientFormat) -> None:
    async with demo_client() as demo:
        parsed = await wire.ask(demo.http, "demo-tour", limit=30)
    assert len(parsed.text) == 120
    assert parsed.finish in ("length", "max_tokens", "max_output_tokens")


@each_format
async def test_an_error_comes_in_the_middle_of_a_good_status(wire: ClientFormat) -> None:
    async with demo_client() as demo:
        parsed = await wire.ask(demo.http, "demo-error-mid")
    assert len(parsed.text) > 500
    assert parsed.error is not None
    assert "had an error" in parsed.error
    assert not parsed.terminal


@each_format
@pytest.mark.parametrize("model", ["demo-unterminated", "demo-cut"])
async def test_a_body_may_lack_its_terminal(wire: ClientFormat, model: str) -> None:
    async with demo_client() as demo:
        parsed = await wire.ask(demo.http, model)
    assert len(parsed.text) > 500
    assert (parsed.terminal, parsed.finish, parsed.error) == (False, None, None)


@each_format
async def test_surrogate_pairs_are_split(wire: ClientFormat) -> None:
    async with demo_client() as demo:
        parsed = await wire.ask(demo.http, "demo-unicode")
    assert parsed.text.endswith("🎼\n")
    assert parsed.deltas > len(parsed.text)


@each_format
async def test_keep_alives_come_between_the_words(wire: ClientFormat) -> None:
    sign = {"messages": b"event: ping\n", "pawa": b"\n\n\n"}.get(wire.name, b"\n\n: keep-alive\n\n")
    async with demo_client() as demo:
        plain = await wire.ask(demo.http, "demo-brief")
        parsed = await wire.ask(demo.http, "demo-keep-alive")
        body = wire.body("demo-keep-alive", [("user", PROMPT)], 4000)
        response = await demo.http.post(wire.path, json=body)
    assert parsed.text == plain.text
    assert response.content.count(sign) >= 3


@each_format
@pytest.mark.parametrize(
    ("model", "status"),
    [("demo-unauthorized", 401), ("demo-broken", 500), ("demo-nonsense", 404)],
)
async def test_a_refusal_is_shaped_as_the_format_shapes_it(
    wire: ClientFormat, model: str, status: int
) -> None:
    async with demo_client() as demo:
        body = wire.body(model, [("user", PROMPT)], 100)
        response = await demo.http.post(wire.path, json=body)
    assert response.status_code == status
    value = response.json()
    for key in ERROR_TEXT_AT[wire.name]:
        value = value[key]
    assert isinstance(value, str)
    assert value


@pytest.mark.parametrize(
    ("name", "status"), [("chat", 429), ("messages", 402), ("gateway", 402), ("pawa", 402)]
)
async def test_an_empty_account_is_not_a_rate_limit(name: str, status: int) -> None:
    async with demo_client() as demo:
        body = FORMATS[name].body("demo-no-credit", [("user", PROMPT)], 100)
        response = await demo.http.post(FORMATS[name].path, json=body)
    assert response.status_code == status
    assert ("insufficient_quota" in response.text) == (name == "chat")


@each_format
async def test_an_answer_cut_at_any_byte_can_be_continued(wire: ClientFormat) -> None:
    generator = random.Random(7)
    async with demo_client() as demo:
        whole = await wire.ask(demo.http, "demo-brief")
        sizes = [generator.randrange(0, 6000) for _ in range(12)]
        for size in sizes:
            cut = await wire.ask(demo.http, f"demo-brief+cut-{size}")
            assert whole.text.startswith(cut.text)
            partial = cut.text.rstrip()
            if not partial:
                continue
            anchor = partial[-20:]
            turns = [("user", PROMPT), ("assistant", partial)]
            instructed = [*turns, ("user", INSTRUCTION.format(anchor=anchor))]
            rest = await wire.ask(demo.http, "demo-brief", instructed)
            assert partial.removesuffix(anchor) + rest.text == whole.text


@pytest.mark.parametrize("name", ["chat", "responses", "messages", "pawa"])
async def test_a_trailing_assistant_turn_is_continued(name: str) -> None:
    async with demo_client() as demo:
        whole = await FORMATS[name].ask(demo.http, "demo-prefill")
        partial = whole.text[:777].rstrip()
        turns = [("user", PROMPT), ("assistant", partial)]
        rest = await FORMATS[name].ask(demo.http, "demo-prefill", turns)
    assert partial + rest.text == whole.text
