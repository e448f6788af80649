"""A run that continues a kept text: in the same message, at the same character."""

from __future__ import annotations

import pytest

from streaming.cluster.bus import Topic
from streaming.journal import usage
from streaming.models import Generation
from tests.support.living import (
    ECHOER,
    PREFILLER,
    TELLER,
    Answering,
    Living,
    hearing,
)

KEPT = (
    "The quick brown fox jumps over the lazy dog, and then it sits down for a while to think "
    "about what it has done; the dog, meanwhile, sleeps on and dreams of "
)


async def stopped(living: Living, model: str, text: str = KEPT) -> Generation:
    """An answer that was stopped after this text."""
    answer = await living.answering("Tell me", model=model)
    await answer.says(text)
    return await answer.stops()


async def resume(living: Living, run: Generation, *deltas: str) -> tuple[Answering, Generation]:
    """The answer resumed, told these deltas, and ended."""
    answer = await living.resuming(run.message_id)
    for delta in deltas:
        await answer.talk.say(delta)
    return answer, await answer.finishes()


async def test_a_prefill_goes_on_at_the_same_character(living: Living) -> None:
    first = await stopped(living, PREFILLER)
    answer, generation = await resume(living, first, "rabbits", ".")
    assert answer.talk.turns == [("user", "Tell me"), ("assistant", KEPT.rstrip())]
    assert generation.message_id == first.message_id
    assert generation.message.text == KEPT + "rabbits."
    assert (generation.resume_mode, generation.start_offset) == ("prefill", len(KEPT))
    assert generation.end_offset == len(generation.message.text)


async def test_what_a_prefill_cost_is_estimated_with_the_prefill(living: Living) -> None:
    first = await stopped(living, PREFILLER)
    _, generation = await resume(living, first, "rabbits.")
    asked = len("Tell me") + len(KEPT.rstrip())
    assert (generation.usage_source, generation.input_tokens) == ("estimated", -(-asked // 4))
    assert usage.of([generation]).tokens.startswith("about ")


async def test_a_prefill_that_is_repeated_first_is_cut_off(living: Living) -> None:
    first = await stopped(living, ECHOER)
    _, generation = await resume(living, first, KEPT[:50], KEPT[50:].rstrip(), " rabbits.")
    assert generation.message.text == KEPT + "rabbits."
    assert generation.resume_mode == "prefill_echo"


async def test_a_model_without_prefill_is_told_to_go_on_and_its_anchor_is_not_shown_twice(
    living: Living,
) -> None:
    first = await stopped(living, TELLER)
    answer, generation = await resume(living, first, KEPT[-80:], "rabbits.")
    assert [role for role, _ in answer.talk.turns] == ["user", "assistant", "user"]
    assert "Do not start over" in answer.talk.turns[-1][1]
    assert generation.message.text == KEPT + "rabbits."
    assert generation.resume_mode == "instruct"


@pytest.mark.parametrize("model", [PREFILLER, TELLER])
async def test_a_thought_at_the_head_of_a_continuation_stays_out_of_the_sentence(
    living: Living, model: str
) -> None:
    kept = KEPT.rstrip()
    first = await stopped(living, model, kept)
    told = ("<think>", "\nWhere was I?", "\n</thi", "nk>", "\n\n", " rabbits", ".")
    _, generation = await resume(living, first, *told)
    assert generation.message.text == f"{kept} rabbits."
    assert generation.message.reasoning == "Where was I?"
    assert len(living.puppet.talks) == 2, "nothing else was asked for"


async def test_marks_and_a_remark_around_the_anchor_never_reach_the_page(living: Living) -> None:
    first = await stopped(living, TELLER)
    told = ("Natürlich, ich schreibe weiter:\n\n", "<<<", KEPT[-80:].rstrip(), ">>>", " rabbits.")
    _, generation = await resume(living, first, *told)
    assert generation.message.text == f"{KEPT}rabbits."


async def test_a_refused_prefill_becomes_an_instruction_in_the_same_run_and_is_remembered(
    living: Living,
) -> None:
    first = await stopped(living, PREFILLER)
    answer = await living.resuming(first.message_id)
    await answer.talk.refuse(400, "This model does not support assistant message prefill.")
    told = Answering(living, answer.pk, await living.puppet.talk())
    assert "Do not start over" in told.talk.turns[-1][1]
    await told.talk.say(KEPT[-80:] + "rabbits.")
    generation = await told.finishes()
    assert (generation.status, generation.resume_mode) == ("finished", "instruct")
    assert generation.message.text == KEPT + "rabbits."
    second = await stopped(living, PREFILLER)
    remembered = await living.resuming(second.message_id)
    assert "Do not start over" in remembered.talk.turns[-1][1]
    assert len(living.puppet.talks) == 5


async def test_another_refusal_of_a_prefill_is_told_as_it_is(living: Living) -> None:
    first = await stopped(living, PREFILLER)
    answer = await living.resuming(first.message_id)
    await answer.talk.refuse(401, "No")
    generation = await answer.ended()
    assert (generation.status, generation.error_code) == ("failed", "upstream_auth")
    assert generation.message.text == KEPT
    assert len(living.puppet.talks) == 2


async def test_an_answer_that_starts_over_is_written_beside_the_kept_one(living: Living) -> None:
    first = await stopped(living, PREFILLER)
    answer = await living.resuming(first.message_id)
    with hearing(living.site.bus, Topic.MOVED.of(answer.pk)) as moved:
        await answer.talk.say(KEPT[:150])
        await answer.talk.say(" and quite another end.")
        generation = await answer.finishes()
        assert moved.is_set()
    assert generation.message.text == KEPT[:150] + " and quite another end."
    assert (generation.start_offset, generation.resume_mode) == (0, "")
    old = await living.message(first.message_id)
    assert old.text == KEPT
    assert (generation.message_id, generation.message.parent_id) != (old.pk, None)
    assert generation.message.parent_id == old.parent_id
    assert generation.conversation.leaf_id == generation.message_id


async def test_r5_a_stop_while_the_joint_is_undecided_keeps_what_had_come(
    living: Living,
) -> None:
    first = await stopped(living, TELLER)
    answer = await living.resuming(first.message_id)
    await answer.talk.say(KEPT[-80:] + "rab")
    await answer.talk.think("Bits?")
    await living.until_kept(answer.pk, "Bits?", "reasoning")
    assert (await living.snapshot(answer.pk)).text == KEPT
    generation = await answer.stops()
    assert (generation.status, generation.message.text) == ("cancelled", KEPT + "rab")


async def test_a_resumed_answer_can_be_stopped_and_resumed_again(living: Living) -> None:
    first = await stopped(living, PREFILLER)
    second = await living.resuming(first.message_id)
    await second.says("rabbits, ")
    generation = await second.stops()
    assert generation.message.text == KEPT + "rabbits, "
    _, last = await resume(living, generation, "and carrots.")
    assert last.message.text == KEPT + "rabbits, and carrots."
    runs = await living.do(lambda: list(last.message.generations.all()))
    assert [(one.start_offset, one.end_offset) for one in runs] == [
        (0, len(KEPT)),
        (len(KEPT), len(KEPT) + 9),
        (len(KEPT) + 9, len(KEPT) + 21),
    ]


async def test_offsets_count_characters_whatever_their_width(living: Living) -> None:
    first = await stopped(living, PREFILLER, "🦉é漢 owls ")
    _, generation = await resume(living, first, "🦊")
    assert (generation.start_offset, generation.end_offset) == (9, 10)
    assert generation.message.text == "🦉é漢 owls 🦊"
