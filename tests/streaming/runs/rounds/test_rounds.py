"""Rounds of tools: judged, run once approved, told to the model, and never run twice unasked."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from conversations.models import Conversation
from streaming import actions
from streaming.approving import actions as approving
from streaming.catalog.model_menu import ModelChoice
from streaming.journal import store
from streaming.journal.run_facts import RunFacts
from streaming.models import Generation
from streaming.queue import sending
from streaming.runs.refusals import Refused
from streaming.runs.rounds import calling
from streaming.tools.running import ToolResult
from tests.streaming.tools import desk
from tests.support.living import Answering, Living
from tests.support.puppet import PATIENCE_SECONDS

SUM = '{"expression":"17 * 23"}'


def call(name: str, arguments: str = "{}", index: int = 0) -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    said = {"index": index, "id": f"call_{index}_{name}", "type": "function", "function": function}
    return {"choices": [{"index": 0, "delta": {"tool_calls": [said]}}]}


class Shed:
    """Tools of a server, each of which comes to an end when the test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ran: list[tuple[str, Mapping[str, Any]]] = []
        self.cancelled: list[str] = []
        self._news = asyncio.Condition()
        self._ends: dict[str, asyncio.Future[ToolResult]] = {}
        monkeypatch.setattr(calling, "run", self.run)

    async def run(self, _: Any, __: int, name: str, arguments: Mapping[str, Any]) -> ToolResult:
        self._ends[name] = asyncio.get_running_loop().create_future()
        async with self._news:
            self.ran.append((name, arguments))
            self._news.notify_all()
        try:
            return await self._ends[name]
        except asyncio.CancelledError:
            self.cancelled.append(name)
            raise

    async def runs(self, count: int = 1) -> None:
        """Waits until so many calls were begun."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._news:
            await self._news.wait_for(lambda: len(self.ran) >= count)

    def ends(self, name: str, text: str = "done", **result: Any) -> None:
        self._ends[name].set_result(ToolResult(text, **result))


@pytest.fixture
def shed(monkeypatch: pytest.MonkeyPatch) -> Shed:
    return Shed(monkeypatch)


async def thread(living: Living, *on: str) -> Conversation:
    """A conversation in which tools of a server, or the site's own, are switched on."""

    def make() -> Conversation:
        server = desk.server("Shed")
        own = ("calculate", "current_time")
        return desk.talk(
            living.owner, *(name if name in own else desk.tool(server, name) for name in on)
        )

    return await living.do(make)


async def asked(living: Living, *on: str) -> Answering:
    return await living.answering("Please.", await thread(living, *on))


async def decide(
    living: Living, run: Generation, how: Callable[..., None], number: int = 0
) -> None:
    message = await living.message(run.message_id)
    await living.do(lambda: how(living.owner, uuid.uuid4(), message, number))


async def next_of(living: Living, run: Generation) -> Answering:
    """The answer, asked for again by the run that follows this one."""
    talk = await living.puppet.talk()
    return Answering(living, (await last_of(living, run)).pk, talk)


async def last_of(living: Living, run: Generation) -> Generation:
    """The newest run of the same answer."""
    rows = Generation.objects.filter(message=run.message_id).order_by("pk")
    return await living.run(await living.do(lambda: list(rows)[-1].pk))


async def states(living: Living, run: Generation) -> list[tuple[str, str | None]]:
    message = await living.message(run.message_id)
    return [(call["state"], call.get("result")) for call in message.tool_calls]


def told(talk: Any) -> list[dict[str, Any]]:
    return [turn for turn in talk.asked["messages"] if turn["role"] != "system"]


async def test_a_safe_tool_runs_unasked_and_the_answer_continues(living: Living) -> None:
    answering = await asked(living, "calculate")
    assert [tool["function"]["name"] for tool in answering.talk.asked["tools"]] == ["calculate"]
    await answering.says("Let me see.")
    await answering.talk.event(call("calculate", SUM))
    await answering.talk.finish("tool_calls")
    again = await next_of(living, await living.run(answering.pk))
    user, mine, result = told(again.talk)
    assert user == {"role": "user", "content": "Please."}
    assert mine["content"] == "Let me see."
    assert mine["tool_calls"][0]["function"] == {"name": "calculate", "arguments": SUM}
    assert (result["role"], result["tool_call_id"]) == ("tool", "call_0_calculate")
    assert "391" in result["content"]
    await again.says("It is 391.")
    run = await again.finishes()
    assert run.message_id == (await living.run(answering.pk)).message_id
    assert run.message.text == "Let me see.It is 391."
    assert [row["kind"] for row in run.message.parts] == ["text", "call", "text"]
    follow = await living.answering("And then?", run.conversation)
    assert [turn["role"] for turn in told(follow.talk)] == [
        *("user", "assistant", "tool", "assistant", "user")
    ]
    await follow.finishes()


async def test_a_tool_asks_and_runs_once_it_is_approved(living: Living, shed: Shed) -> None:
    answering = await asked(living, "saw")
    await answering.talk.event(call("shed_saw", '{"length":2}'))
    run = await answering.finishes("tool_calls")
    assert (run.status, run.finish_reason) == ("finished", "tool_calls")
    assert await states(living, run) == [("asking", None)]
    await living.until_idle()
    assert shed.ran == []
    await decide(living, run, approving.approve)
    await shed.runs()
    assert shed.ran == [("shed_saw", {"length": 2})]
    shed.ends("shed_saw", "two planks")
    again = await next_of(living, run)
    assert told(again.talk)[-1]["content"] == "two planks"
    await again.says("Sawn.")
    run = await again.finishes()
    assert await states(living, run) == [("finished", "two planks")]


async def test_prompts_in_line_wait_for_the_decision(living: Living, shed: Shed) -> None:
    answering = await asked(living, "saw")
    run = await living.run(answering.pk)
    choice = ModelChoice("puppet", "teller")
    await living.do(
        lambda: sending.send(living.owner, uuid.uuid4(), run.conversation, "Next", choice)
    )
    await answering.talk.event(call("shed_saw"))
    run = await answering.finishes("tool_calls")
    await living.until_idle()
    await living.do(lambda: sending.advance(run.conversation_id))
    assert await living.do(lambda: run.conversation.queued_prompts.waiting().count()) == 1
    await decide(living, run, approving.refuse)
    again = await next_of(living, run)
    await again.says("Not sawn.")
    await again.finishes()
    following = await living.puppet.talk("Next")
    await following.finish()


async def test_what_is_refused_is_told_and_not_run(living: Living, shed: Shed) -> None:
    answering = await asked(living, "saw")
    await answering.talk.event(call("shed_saw"))
    run = await answering.finishes("tool_calls")
    await decide(living, run, approving.refuse)
    again = await next_of(living, run)
    assert told(again.talk)[-1]["content"] == approving.REFUSAL
    await again.finishes()
    assert shed.ran == []


async def test_several_calls_wait_for_the_last_decision_and_run_at_once(
    living: Living, shed: Shed
) -> None:
    answering = await asked(living, "saw", "glue")
    await answering.talk.event(call("shed_saw"))
    await answering.talk.event(call("shed_glue", index=1))
    run = await answering.finishes("tool_calls")
    await decide(living, run, approving.approve, 1)
    assert await states(living, run) == [("asking", None), ("waiting", None)]
    await living.until_idle()
    await decide(living, run, approving.approve, 0)
    await shed.runs(2)
    shed.ends("shed_glue", "glued")
    shed.ends("shed_saw", "broke", is_error=True)
    again = await next_of(living, run)
    assert [turn["content"] for turn in told(again.talk)[-2:]] == ["broke", "glued"]
    await again.finishes()
    assert await states(living, run) == [("failed", "broke"), ("finished", "glued")]


@pytest.mark.parametrize("how", [approving.approve_here, approving.approve_always])
async def test_what_is_always_allowed_runs_unasked_from_then_on(
    living: Living, shed: Shed, how: Callable[..., None]
) -> None:
    answering = await asked(living, "saw")
    for round_ in range(2):
        await answering.talk.event(call("shed_saw"))
        if round_:
            await answering.talk.finish("tool_calls")
            run = await living.run(answering.pk)
        else:
            run = await answering.finishes("tool_calls")
            await decide(living, run, how)
        await shed.runs(round_ + 1)
        shed.ends("shed_saw", f"plank {round_}")
        answering = await next_of(living, run)
    assert [turn["content"] for turn in told(answering.talk) if turn["role"] == "tool"] == [
        *("plank 0", "plank 1")
    ]
    await answering.finishes()


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [("shed_axe", "{}", "no tool of this name"), ("shed_saw", "[1]", "no JSON object")],
)
async def test_a_call_that_cannot_run_is_told_at_once(
    living: Living, shed: Shed, name: str, arguments: str, said: str
) -> None:
    answering = await asked(living, "saw")
    await answering.talk.event(call(name, arguments))
    await answering.talk.finish("tool_calls")
    again = await next_of(living, await living.run(answering.pk))
    assert said in told(again.talk)[-1]["content"]
    await again.finishes()
    assert shed.ran == []


async def running(living: Living, shed: Shed, *on: str) -> Generation:
    """The run that has begun to run these tools."""
    answering = await asked(living, *on)
    for index, name in enumerate(on):
        await answering.talk.event(call(f"shed_{name}", index=index))
    run = await answering.finishes("tool_calls")
    for number in range(len(on)):
        await decide(living, run, approving.approve, number)
    await shed.runs(len(on))
    return await last_of(living, run)


async def test_a_stop_closes_what_runs_and_nobody_knows_what_became_of_it(
    living: Living, shed: Shed
) -> None:
    run = await running(living, shed, "saw")
    await living.do(lambda: actions.stop(run).result(PATIENCE_SECONDS))
    run = await living.until_ended(run.pk)
    assert (run.status, shed.cancelled) == ("cancelled", ["shed_saw"])
    assert await states(living, run) == [("unknown", None)]
    message = await living.message(run.message_id)
    with pytest.raises(Refused):
        await living.do(lambda: actions.resume(living.owner, uuid.uuid4(), message))
    await decide(living, run, approving.refuse)
    again = await next_of(living, run)
    assert told(again.talk)[-1]["content"] == approving.LEFT_UNKNOWN
    await again.finishes()
    assert len(shed.ran) == 1


async def test_one_tool_is_stopped_alone_and_the_model_is_told(living: Living, shed: Shed) -> None:
    run = await running(living, shed, "saw", "glue")
    await decide(living, run, approving.stop, 0)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not shed.cancelled:  # noqa: ASYNC110 (the process looks for it from time to time)
            await asyncio.sleep(0.02)
    shed.ends("shed_glue", "glued")
    again = await next_of(living, run)
    assert [turn["content"] for turn in told(again.talk)[-2:]] == [calling.STOPPED, "glued"]
    await again.finishes()
    assert await states(living, run) == [("unknown", calling.STOPPED), ("finished", "glued")]


async def test_a_call_that_ran_when_its_process_died_is_not_run_again_unasked(
    living: Living, shed: Shed
) -> None:
    run = await running(living, shed, "saw")
    await living.do(lambda: store.close(run.pk, RunFacts(Generation.Status.INTERRUPTED)))
    assert await states(living, run) == [("unknown", None)]
    await living.until_idle()
    await decide(living, run, approving.approve)
    await shed.runs(2)
    shed.ends("shed_saw", "sawn again")
    again = await next_of(living, run)
    assert told(again.talk)[-1]["content"] == "sawn again"
    await again.finishes()


async def test_rounds_without_a_person_are_bounded_and_it_is_said(
    living: Living, settings: Any
) -> None:
    settings.TOOL_ROUNDS = 2
    answering = await asked(living, "calculate")
    for _ in range(2):
        await answering.talk.event(call("calculate", SUM))
        await answering.talk.finish("tool_calls")
        answering = await next_of(living, await living.run(answering.pk))
    await answering.talk.event(call("calculate", SUM))
    run = await answering.finishes("tool_calls")
    assert [state for state, _ in await states(living, run)] == ["finished", "finished", "asking"]
    assert [warned["code"] for warned in run.warnings] == ["tool_rounds"]
    await decide(living, run, approving.approve, 2)
    again = await next_of(living, run)
    await again.talk.event(call("calculate", SUM))
    await again.talk.finish("tool_calls")
    last = await next_of(living, run)
    await last.finishes()


async def test_text_after_a_round_is_resumed_where_it_was_cut(living: Living) -> None:
    answering = await asked(living, "calculate")
    await answering.says("Let me see.")
    await answering.talk.event(call("calculate", SUM))
    await answering.talk.finish("tool_calls")
    again = await next_of(living, await living.run(answering.pk))
    await again.says("It is three hundred")
    run = await again.stops()
    resumed = await living.resuming(run.message_id)
    *_, result, partial = told(resumed.talk)[:4]
    assert (result["role"], partial["content"]) == ("tool", "It is three hundred")
    await resumed.talk.say(" and ninety-one." + " So much for that." * 20)
    run = await resumed.finishes()
    assert run.message.text.startswith("Let me see.It is three hundred and ninety-one.")
    assert [row["kind"] for row in run.message.parts] == ["text", "call", "text", "text"]
    before = run.message.text
    await living.do(lambda: actions.undo_resume(living.owner, uuid.uuid4(), run.message))
    message = await living.message(run.message_id)
    assert message.text == "Let me see.It is three hundred" != before
    assert json.dumps(message.tool_calls).count("391") == 1
