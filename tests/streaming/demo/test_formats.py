"""Every scenario of the demo comes in each of the five wire formats."""

from __future__ import annotations

import json
import random

import pytest

from tests.streaming.demo.client import INSTRUCTION, visiting
from tests.streaming.demo.formats import FORMATS, PROMPT, Format

SAID_IN = {
    "chat": ("error", "message"),
    "responses": ("error", "message"),
    "messages": ("error", "message"),
    "gateway": ("detail",),
    "pawa": ("message",),
}
each_format = pytest.mark.parametrize("wire", FORMATS.values(), ids=FORMATS)


@each_format
async def test_the_same_answer_comes_in_every_format(wire: Format) -> None:
    async with visiting() as visitor:
        plain = await visitor.ask("demo-tour", PROMPT)
        heard = await wire.ask(visitor.client, "demo-tour")
    assert heard.text == plain.text
    assert heard.deltas == len(plain.deltas)
    assert heard.terminal
    assert heard.error is None
    assert heard.output_tokens == -(-len(plain.text) // 4)


@each_format
async def test_thoughts_and_text_take_turns(wire: Format) -> None:
    async with visiting() as visitor:
        heard = await wire.ask(visitor.client, "demo-thinks")
    assert heard.order == ["reasoning", "text", "reasoning", "text"]
    assert "17 × 23" in heard.reasoning
    assert "**14391**" in heard.text


@pytest.mark.parametrize("wire", [FORMATS[name] for name in ("chat", "responses", "messages")])
async def test_tool_calls_come_in_pieces(wire: Format) -> None:
    async with visiting() as visitor:
        heard = await wire.ask(visitor.client, "demo-tools")
    assert list(heard.calls) == ["get_weather", "get_time"]
    assert all(len(pieces) > 4 for pieces in heard.calls.values())
    assert json.loads("".join(heard.calls["get_weather"]))["city"] == "Dodoma"
    assert heard.finish in ("tool_calls", "completed", "tool_use")


async def test_pawa_sends_a_tool_call_whole_and_its_arguments_as_an_object() -> None:
    async with visiting() as visitor:
        heard = await FORMATS["pawa"].ask(visitor.client, "demo-tools")
    assert json.loads(heard.calls["get_time"][0]) == {"timezone": "Africa/Dar_es_Salaam"}
    assert heard.finish == "tool_calls"


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("demo-brief", ["stop", "completed", "end_turn", None, "stop"]),
        ("demo-filter", ["content_filter", "content_filter", "refusal", "content_filter"]),
        ("demo-refusal", ["stop", "completed", "refusal", "refusal", "refusal"]),
        ("demo-pause", ["stop", "other", "pause_turn", None, "pause"]),
        ("demo-empty", ["stop", "completed", "end_turn", None, "stop"]),
    ],
)
async def test_the_end_is_said_in_the_words_of_the_format(
    model: str, words: list[str | None]
) -> None:
    async with visiting() as visitor:
        for wire, word in zip(FORMATS.values(), words, strict=False):
            heard = await wire.ask(visitor.client, model)
            assert (heard.finish, heard.terminal) == (word, True), wire.name


@each_format
async def test_the_token_limit_is_honoured_and_said(wire: Format) -> None:
    async with visiting() as visitor:
        heard = await wire.ask(visitor.client, "demo-tour", limit=30)
    assert len(heard.text) == 120
    assert heard.finish in ("length", "max_tokens", "max_output_tokens")


@each_format
async def test_an_error_comes_in_the_middle_of_a_good_status(wire: Format) -> None:
    async with visiting() as visitor:
        heard = await wire.ask(visitor.client, "demo-error-mid")
    assert len(heard.text) > 500
    assert heard.error is not None
    assert "had an error" in heard.error
    assert not heard.terminal


@each_format
@pytest.mark.parametrize("model", ["demo-unterminated", "demo-cut"])
async def test_a_body_may_lack_its_terminal(wire: Format, model: str) -> None:
    async with visiting() as visitor:
        heard = await wire.ask(visitor.client, model)
    assert len(heard.text) > 500
    assert (heard.terminal, heard.finish, heard.error) == (False, None, None)


@each_format
async def test_surrogate_pairs_are_split(wire: Format) -> None:
    async with visiting() as visitor:
        heard = await wire.ask(visitor.client, "demo-unicode")
    assert heard.text.endswith("🎼\n")
    assert heard.deltas > len(heard.text)


@each_format
async def test_signs_of_life_come_between_the_words(wire: Format) -> None:
    sign = {"messages": b"event: ping\n", "pawa": b"\n\n\n"}.get(wire.name, b"\n\n: keep-alive\n\n")
    async with visiting() as visitor:
        plain = await wire.ask(visitor.client, "demo-brief")
        heard = await wire.ask(visitor.client, "demo-keep-alive")
        body = wire.body("demo-keep-alive", [("user", PROMPT)], 4000)
        response = await visitor.client.post(wire.path, json=body)
    assert heard.text == plain.text
    assert response.content.count(sign) >= 3


@each_format
@pytest.mark.parametrize(
    ("model", "status"),
    [("demo-unauthorized", 401), ("demo-broken", 500), ("demo-nonsense", 404)],
)
async def test_a_refusal_is_shaped_as_the_format_shapes_it(
    wire: Format, model: str, status: int
) -> None:
    async with visiting() as visitor:
        body = wire.body(model, [("user", PROMPT)], 100)
        response = await visitor.client.post(wire.path, json=body)
    assert response.status_code == status
    value = response.json()
    for key in SAID_IN[wire.name]:
        value = value[key]
    assert isinstance(value, str)
    assert value


async def test_an_empty_account_is_no_haste() -> None:
    async with visiting() as visitor:
        for name, status in (("chat", 429), ("messages", 402), ("gateway", 402), ("pawa", 402)):
            body = FORMATS[name].body("demo-no-credit", [("user", PROMPT)], 100)
            response = await visitor.client.post(FORMATS[name].path, json=body)
            assert response.status_code == status, name
            assert ("insufficient_quota" in response.text) == (name == "chat")


@each_format
async def test_an_answer_cut_at_any_byte_can_be_gone_on_with(wire: Format) -> None:
    generator = random.Random(7)
    async with visiting() as visitor:
        whole = await wire.ask(visitor.client, "demo-brief")
        sizes = [generator.randrange(0, 6000) for _ in range(12)]
        for size in sizes:
            cut = await wire.ask(visitor.client, f"demo-brief+cut-{size}")
            assert whole.text.startswith(cut.text)
            partial = cut.text.rstrip()
            if not partial:
                continue
            anchor = partial[-20:]
            turns = [("user", PROMPT), ("assistant", partial)]
            told = [*turns, ("user", INSTRUCTION.format(anchor=anchor))]
            rest = await wire.ask(visitor.client, "demo-brief", told)
            assert partial.removesuffix(anchor) + rest.text == whole.text


@pytest.mark.parametrize("name", ["chat", "responses", "messages", "pawa"])
async def test_a_trailing_assistant_turn_is_gone_on_with(name: str) -> None:
    async with visiting() as visitor:
        whole = await FORMATS[name].ask(visitor.client, "demo-prefill")
        partial = whole.text[:777].rstrip()
        turns = [("user", PROMPT), ("assistant", partial)]
        rest = await FORMATS[name].ask(visitor.client, "demo-prefill", turns)
    assert partial + rest.text == whole.text
