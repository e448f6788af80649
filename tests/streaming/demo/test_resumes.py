"""The demo models go on with an answer truly, or fail at it in the ways that models do."""

from __future__ import annotations

import pytest

from tests.streaming.demo.client import INSTRUCTION, Visitor, visiting

TRUTHFUL = ["demo-tour", "demo-flaky", "demo-stall", "demo-unterminated", "demo-error-mid"]


async def whole_of(visitor: Visitor) -> str:
    return (await visitor.ask("demo-tour")).text


@pytest.mark.parametrize("model", [*TRUTHFUL, "demo-prefill"])
@pytest.mark.parametrize("at", [1, 77, 400, 1500, -1])
async def test_a_prefilled_answer_goes_on_from_exactly_that_character(model: str, at: int) -> None:
    async with visiting() as visitor:
        whole = await whole_of(visitor)
        rest = await visitor.prefill(model, whole[:at])
        visit = (await visitor.log())[-1]
    assert whole[:at] + rest.text == whole
    assert rest.finish == "stop"
    assert visit["continuation"] == "prefill"


@pytest.mark.parametrize("model", [*TRUTHFUL, "demo-prefill", "demo-no-prefill"])
@pytest.mark.parametrize("at", [77, 400, 1500])
async def test_an_instructed_answer_repeats_the_anchor_and_goes_on(model: str, at: int) -> None:
    async with visiting() as visitor:
        whole = await whole_of(visitor)
        partial = whole[:at]
        rest = await visitor.instruct(model, partial, partial[-60:])
        visit = (await visitor.log())[-1]
    assert rest.text == partial[-60:] + whole[at:]
    assert visit["continuation"] == "instruct"


async def test_an_anchor_may_hold_the_marks_and_lack_the_last_whitespace() -> None:
    async with visiting() as visitor:
        whole = await whole_of(visitor)
        at = whole.index(" ", 700)
        rest = await visitor.instruct("demo-tour", whole[:at] + " ", whole[at - 70 : at])
    assert rest.text == whole[at - 70 :]


async def test_an_instruction_may_show_the_whole_partial_instead_of_a_turn() -> None:
    async with visiting() as visitor:
        whole = await whole_of(visitor)
        turns = [
            {"role": "user", "content": "What is a queue?"},
            {"role": "user", "content": INSTRUCTION.format(anchor=whole[:321])},
        ]
        rest = await visitor.send("demo-tour", turns)
    assert rest.text == whole


async def test_a_prompt_with_such_marks_is_a_prompt() -> None:
    async with visiting() as visitor:
        marked = "Why was the line cut off? kernel<<<1, 256>>>(x);"
        first = await visitor.ask("demo-brief", marked)
        second = await visitor.send(
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
    async with visiting() as visitor:
        whole = await whole_of(visitor)
        rest = await visitor.prefill("demo-echo-prefill", whole[:500])
    assert rest.text == whole


@pytest.mark.parametrize("model", ["demo-no-prefill", "demo-repeats", "demo-preamble"])
async def test_some_models_refuse_a_prefill(model: str) -> None:
    async with visiting() as visitor:
        refused = await visitor.prefill(model, "Half an")
    assert refused.status == 400
    assert refused.error is not None
    assert "does not support assistant message prefill" in refused.error["message"]


async def test_the_restarting_model_begins_again() -> None:
    async with visiting() as visitor:
        whole = await whole_of(visitor)
        prefilled = await visitor.prefill("demo-restarts", whole[:500])
        instructed = await visitor.instruct("demo-restarts", whole[:500], whole[440:500])
    assert prefilled.text == instructed.text == whole


@pytest.mark.parametrize("at", [77, 400, 1500, 2222])
async def test_the_repeating_model_says_its_last_sentence_again(at: int) -> None:
    async with visiting() as visitor:
        whole = await whole_of(visitor)
        rest = await visitor.instruct("demo-repeats", whole[:at], whole[at - 60 : at])
    assert whole.endswith(rest.text)
    repeated = len(rest.text) - len(whole[at:])
    assert 40 <= repeated <= at


async def test_the_polite_model_announces_that_it_goes_on() -> None:
    async with visiting() as visitor:
        whole = await whole_of(visitor)
        rest = await visitor.instruct("demo-preamble", whole[:500], whole[440:500])
    assert rest.text == "Sure, continuing from where I left off:\n\n" + whole[440:]


async def test_a_text_that_no_model_wrote_is_carried_on_somehow() -> None:
    async with visiting() as visitor:
        rest = await visitor.prefill("demo-tour", "It was a dark and stormy night; the rain fell i")
    assert (rest.finish, bool(rest.text)) == ("stop", True)


async def test_the_length_model_reaches_its_end_in_a_few_parts() -> None:
    async with visiting() as visitor:
        text, parts, finish = "", 0, "length"
        while finish == "length":
            answer = (
                await visitor.prefill("demo-length", text)
                if text
                else await visitor.ask("demo-length")
            )
            text, parts, finish = text + answer.text, parts + 1, str(answer.finish)
        whole = await whole_of(visitor)
    assert finish == "stop"
    assert 2 < parts < 6
    assert whole.startswith(text)


@pytest.mark.parametrize("way", ["prefill", "instruct"])
async def test_the_cut_model_is_cut_three_times_and_then_comes_to_its_end(way: str) -> None:
    async with visiting() as visitor:
        whole = await whole_of(visitor)
        part = await visitor.ask("demo-cut")
        text, cuts = part.text, 1
        while part.cut and cuts < 9:
            if way == "prefill":
                part = await visitor.prefill("demo-cut", text)
                text += part.text
            else:
                part = await visitor.instruct("demo-cut", text, text[-60:])
                text += part.text.removeprefix(text[-60:])
            assert whole.startswith(text)
            cuts += part.cut
    assert (text, cuts, part.finish) == (whole, 3, "stop")


async def test_a_cut_answer_is_not_cut_again() -> None:
    async with visiting() as visitor:
        cut = await visitor.ask("demo-restarts+cut-20000")
        rest = await visitor.prefill("demo-prefill+cut-20000", cut.text)
        whole = await whole_of(visitor)
    assert cut.cut
    assert cut.text + rest.text == whole


async def test_load_text_goes_on_where_it_was_cut() -> None:
    async with visiting() as visitor:
        whole = await visitor.ask("demo-load-1000-10-300")
        rest = await visitor.prefill("demo-load-1000-10-300", whole.text[:1234])
    assert whole.text[:1234] + rest.text == whole.text
