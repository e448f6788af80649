"""The demo models continue an answer exactly, or fail at it in the ways that models do."""

from __future__ import annotations

import pytest

from tests.streaming.demo.client import INSTRUCTION, DemoClient, demo_client

EXACT = ["demo-tour", "demo-flaky", "demo-stall", "demo-unterminated", "demo-error-mid"]


async def whole_of(demo: DemoClient) -> str:
    return (await demo.ask("demo-tour")).text


@pytest.mark.parametrize("model", [*EXACT, "demo-prefill"])
@pytest.mark.parametrize("at", [1, 77, 400, 1500, -1])
async def test_a_prefilled_answer_continues_at_exactly_that_character(model: str, at: int) -> None:
    async with demo_client() as demo:
        whole = await whole_of(demo)
        rest = await demo.prefill(model, whole[:at])
        visit = (await demo.log())[-1]
    assert whole[:at] + rest.text == whole
    assert rest.finish == "stop"
    assert visit["continuation"] == "prefill"


@pytest.mark.parametrize("model", [*EXACT, "demo-prefill", "demo-no-prefill"])
@pytest.mark.parametrize("at", [77, 400, 1500])
async def test_an_instructed_answer_repeats_the_anchor_and_continues(model: str, at: int) -> None:
    async with demo_client() as demo:
        whole = await whole_of(demo)
        partial = whole[:at]
        rest = await demo.instruct(model, partial, partial[-60:])
        visit = (await demo.log())[-1]
    assert rest.text == partial[-60:] + whole[at:]
    assert visit["continuation"] == "instruct"


async def test_an_anchor_may_hold_the_marks_and_lack_the_last_whitespace() -> None:
    async with demo_client() as demo:
        whole = await whole_of(demo)
        at = whole.index(" ", 700)
        rest = await demo.instruct("demo-tour", whole[:at] + " ", whole[at - 70 : at])
    assert rest.text == whole[at - 70 :]


async def test_an_instruction_may_show_the_whole_partial_instead_of_a_turn() -> None:
    async with demo_client() as demo:
        whole = await whole_of(demo)
        turns = [
            {"role": "user", "content": "What is a queue?"},
            {"role": "user", "content": INSTRUCTION.format(anchor=whole[:321])},
        ]
        rest = await demo.send("demo-tour", turns)
    assert rest.text == whole


async def test_a_prompt_with_such_marks_is_a_prompt() -> None:
    async with demo_client() as demo:
        marked = "Why was the line cut off? kernel<<<1, 256>>>(x);"
        first = await demo.ask("demo-brief", marked)
        second = await demo.send(
            "demo-brief",
            [
                {"role": "user", "content": "Hello"},
                {"role": "assistant", "content": "Hello!"},
                {"role": "user", "content": marked},
            ],
        )
    assert "Why was the line cut off" in first.text
    assert second.text == first.text


async def test_the_echoing_model_repeats_the_prefix() -> None:
    async with demo_client() as demo:
        whole = await whole_of(demo)
        rest = await demo.prefill("demo-echo-prefill", whole[:500])
    assert rest.text == whole


@pytest.mark.parametrize("model", ["demo-no-prefill", "demo-repeats", "demo-preamble"])
async def test_some_models_refuse_a_prefill(model: str) -> None:
    async with demo_client() as demo:
        refused = await demo.prefill(model, "Half an")
    assert refused.status == 400
    assert refused.error is not None
    assert "does not support assistant message prefill" in refused.error["message"]


async def test_the_restarting_model_begins_again() -> None:
    async with demo_client() as demo:
        whole = await whole_of(demo)
        prefilled = await demo.prefill("demo-restarts", whole[:500])
        instructed = await demo.instruct("demo-restarts", whole[:500], whole[440:500])
    assert prefilled.text == instructed.text == whole


@pytest.mark.parametrize("at", [77, 400, 1500, 2222])
async def test_the_repeating_model_says_its_last_sentence_again(at: int) -> None:
    async with demo_client() as demo:
        whole = await whole_of(demo)
        rest = await demo.instruct("demo-repeats", whole[:at], whole[at - 60 : at])
    assert whole.endswith(rest.text)
    repeated = len(rest.text) - len(whole[at:])
    assert 40 <= repeated <= at


async def test_the_polite_model_announces_that_it_continues() -> None:
    async with demo_client() as demo:
        whole = await whole_of(demo)
        rest = await demo.instruct("demo-preamble", whole[:500], whole[440:500])
    assert rest.text == "Sure, continuing from where I left off:\n\n" + whole[440:]


async def test_a_text_that_no_model_wrote_is_continued_too() -> None:
    async with demo_client() as demo:
        rest = await demo.prefill("demo-tour", "It was a dark and stormy night; the rain fell i")
    assert (rest.finish, bool(rest.text)) == ("stop", True)


async def test_the_length_model_reaches_its_end_in_a_few_parts() -> None:
    async with demo_client() as demo:
        text, parts, finish = "", 0, "length"
        while finish == "length":
            answer = (
                await demo.prefill("demo-length", text) if text else await demo.ask("demo-length")
            )
            text, parts, finish = text + answer.text, parts + 1, str(answer.finish)
        whole = await whole_of(demo)
    assert finish == "stop"
    assert 2 < parts < 6
    assert whole.startswith(text)


@pytest.mark.parametrize("way", ["prefill", "instruct"])
async def test_the_cut_model_is_cut_three_times_and_then_comes_to_its_end(way: str) -> None:
    async with demo_client() as demo:
        whole = await whole_of(demo)
        part = await demo.ask("demo-cut")
        text, cuts = part.text, 1
        while part.cut and cuts < 9:
            if way == "prefill":
                part = await demo.prefill("demo-cut", text)
                text += part.text
            else:
                part = await demo.instruct("demo-cut", text, text[-60:])
                text += part.text.removeprefix(text[-60:])
            assert whole.startswith(text)
            cuts += part.cut
    assert (text, cuts, part.finish) == (whole, 3, "stop")


async def test_a_cut_answer_is_not_cut_again() -> None:
    async with demo_client() as demo:
        cut = await demo.ask("demo-restarts+cut-20000")
        rest = await demo.prefill("demo-prefill+cut-20000", cut.text)
        whole = await whole_of(demo)
    assert cut.cut
    assert cut.text + rest.text == whole


async def test_load_text_continues_where_it_was_cut() -> None:
    async with demo_client() as demo:
        whole = await demo.ask("demo-load-1000-10-300")
        rest = await demo.prefill("demo-load-1000-10-300", whole.text[:1234])
    assert whole.text[:1234] + rest.text == whole.text
