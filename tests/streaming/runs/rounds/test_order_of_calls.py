"""Calls after text that was held back, and before words that still come: each round follows."""

from __future__ import annotations

from streaming.models import Generation
from tests.streaming.runs.rounds.test_rounds import SUM, asked, call, next_of, told
from tests.support.living import Living


async def test_a_resumed_answer_keeps_its_text_before_its_calls(living: Living) -> None:
    """The text is so short that it is held back to be joined when the call begins."""
    answering = await asked(living, "calculate")
    await answering.says("Let")
    await answering.stops()
    resumed = await living.resuming((await living.run(answering.pk)).message_id)
    await resumed.talk.say(" me see.")
    await resumed.talk.event(call("calculate", SUM))
    await resumed.talk.finish("tool_calls")
    again = await next_of(living, await living.run(resumed.pk))
    mine, result = told(again.talk)[-2:]
    assert (mine["content"], result["role"]) == ("Let me see.", "tool")
    await again.says("It is 391.")
    run = await again.finishes()
    assert run.message.text == "Let me see.It is 391."
    assert [row["kind"] for row in run.message.parts] == ["text", "call", "text"]


async def test_words_after_a_call_do_not_end_the_round(living: Living) -> None:
    answering = await asked(living, "calculate")
    await answering.says("Let me see.")
    await answering.talk.event(call("calculate", SUM))
    await answering.talk.say(" That takes a moment.")
    await answering.talk.finish("tool_calls")
    again = await next_of(living, await living.run(answering.pk))
    mine, result = told(again.talk)[-2:]
    assert (mine["content"], result["role"]) == ("Let me see. That takes a moment.", "tool")
    await again.says("It is 391.")
    run = await again.finishes()
    assert [row["kind"] for row in run.message.parts] == ["text", "call", "text", "text"]


async def test_a_round_that_was_only_thought_about_is_asked_for_again(living: Living) -> None:
    answering = await asked(living, "calculate")
    await answering.talk.event(call("calculate", SUM))
    await answering.talk.finish("tool_calls")
    again = await next_of(living, await living.run(answering.pk))
    await again.talk.think("So that is")
    await living.until_kept(again.pk, "So that is", "reasoning")
    run = await again.stops()
    assert run.status == Generation.Status.CANCELLED
    resumed = await living.resuming(run.message_id)
    assert [turn["role"] for turn in told(resumed.talk)[-2:]] == ["assistant", "tool"]
    await resumed.says("It is 391.")
    assert (await resumed.finishes()).message.text == "It is 391."
