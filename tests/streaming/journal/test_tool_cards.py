"""Tool calls: kept as they are written, shown as cards, and never sent back half-made."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string

from conversations.models import Message
from streaming import actions
from streaming.cluster.bus import Topic
from streaming.events import ToolArgumentsDelta, ToolCallEnded, ToolCallStarted
from streaming.journal import store
from streaming.journal.buffer import merged
from streaming.journal.entries import Entry
from streaming.journal.run_facts import RunFacts
from streaming.journal.tool_calls import (
    AnswerCalls,
    entry_of,
    event_of,
    fold,
)
from streaming.live import fragments
from streaming.live.answers import answer_rows, answer_view
from streaming.live.answers.growing_answer import GrowingAnswer
from streaming.live.protocol import FrameRange
from streaming.models import Generation
from tests.support.document import Element, parse
from tests.support.living import Answering, Living, hearing
from tests.support.puppet import PATIENCE_SECONDS
from tests.support.site import Site
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor
from tests.support.visitor import answers as answers_of

WEATHER = '{"city":"Dodoma","why":"“yes” & <no>"}'
EVENTS = (
    ToolCallStarted(0, "call_1", "get_weather"),
    ToolArgumentsDelta(0, '{"city":'),
    ToolCallStarted(1, "call_2", "get_time"),
    ToolArgumentsDelta(0, '"Dodoma"}'),
    ToolArgumentsDelta(1, "{"),
    ToolCallEnded(0, '{"city":"Dodoma"}'),
)


def entries(*events: Any) -> list[Entry]:
    return [Entry(seq, *entry_of(event)) for seq, event in enumerate(events, 1)]


def facts(calls: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(call["name"], call["arguments"], call["state"]) for call in calls]


def wire(index: int, arguments: str = "", **function: str) -> dict[str, Any]:
    call: dict[str, Any] = {"index": index, "function": {"arguments": arguments, **function}}
    if function:
        call |= {"id": f"call_{index}", "type": "function"}
    return {"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]}


async def until_called(answering: Answering, *arguments: str) -> None:
    """Waits until the journal holds calls with these arguments."""
    living = answering.living
    with hearing(living.site.bus, Topic.ENTRIES.of(answering.pk)) as rung:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while [c.arguments for c in (await living.snapshot(answering.pk)).calls] != list(
                arguments
            ):
                await rung.wait()
                rung.clear()


def card_of(page: Element, call: int) -> Element:
    return page.all("data-tool")[call]


@pytest.mark.parametrize("event", EVENTS)
def test_an_entry_says_what_the_event_said(event: Any) -> None:
    assert event_of(Entry(1, *entry_of(event))) == event


def test_deltas_that_wait_together_become_one_entry_for_each_call() -> None:
    pieces = [entry_of(event) for event in (*EVENTS, ToolCallEnded(1, "{}"))]
    doubled = [ToolArgumentsDelta(0, "a"), ToolArgumentsDelta(0, "b"), ToolArgumentsDelta(1, "c")]
    assert merged(pieces) == pieces
    assert [event_of(Entry(1, *piece)) for piece in merged([entry_of(e) for e in doubled])] == [
        ToolArgumentsDelta(0, "ab"),
        ToolArgumentsDelta(1, "c"),
    ]


@pytest.mark.parametrize("cut", range(len(EVENTS) + 1))
def test_what_is_shown_at_any_moment_and_what_follows_make_the_whole(cut: int) -> None:
    calls = AnswerCalls()
    calls.take(entries(*EVENTS)[:cut])
    calls.take(entries(*EVENTS)[cut:])
    whole = AnswerCalls()
    whole.take(entries(*EVENTS))
    assert [(call.name, call.arguments, call.state) for call in calls.all] == [
        (call.name, call.arguments, call.state) for call in whole.all
    ]
    assert [call.state for call in whole.all] == ["made", "open"]


def test_an_open_call_is_kept_as_unfinished_unless_the_answer_broke_off() -> None:
    stopped, dropped = fold([], entries(*EVENTS), 7, broke_off=False)
    assert dropped == set()
    assert facts(stopped) == [
        ("get_weather", '{"city":"Dodoma"}', "made"),
        ("get_time", "{", "unfinished"),
    ]
    broken, dropped = fold([], entries(*EVENTS), 7, broke_off=True)
    assert (facts(broken), dropped) == (facts(stopped[:1]), {1})


def test_the_calls_of_a_resumed_answer_are_counted_on() -> None:
    kept, _ = fold([], entries(*EVENTS), 7, broke_off=False)
    both, _ = fold(kept, entries(ToolCallStarted(0, "x", "again")), 8, broke_off=False)
    assert [(call["name"], call["generation"]) for call in both] == [
        ("get_weather", 7),
        ("get_time", 7),
        ("again", 8),
    ]


def test_arguments_go_to_the_browser_as_text_for_one_node() -> None:
    calls = AnswerCalls()
    calls.take(entries(*EVENTS[:1]))
    changes = calls.take(entries(ToolArgumentsDelta(0, "<b>")))
    frame = json.loads(fragments.frame(FrameRange(5, 6, 1, 2), changes))
    assert (frame["type"], frame["call"], frame["text"]) == ("arguments", 0, "<b>")


def test_frames_make_the_cards_that_a_whole_page_shows() -> None:
    page = parse('<div id="parts-5"></div>')
    growing = GrowingAnswer(6, 5)
    for entry in entries(*EVENTS):
        changes = growing.take([entry])
        frame = fragments.frame(FrameRange(5, 6, entry.seq - 1, entry.seq), changes)
        if frame.startswith("{"):
            said = json.loads(frame)
            page.one("id", f"tool-5-{said['call']}-arguments").append(said["text"])
        else:
            page.swap(frame)
    context: dict[str, Any] = {"message": {"pk": 5}}
    whole = [
        render_to_string("streaming/answer/part.html", context | {"part": part})
        for part in growing.whole(len(EVENTS)).rest
    ]
    assert [card.outer() for card in page.all("data-tool")] == [
        parse(card).one("data-tool").outer() for card in whole
    ]


async def test_a_finished_call_is_kept_and_said_not_to_be_run(living: Living) -> None:
    answering = await living.answering()
    await answering.says("Let me see.")
    await answering.talk.event(wire(0, name="get_weather"))
    await answering.talk.event(wire(0, WEATHER[:9]))
    await until_called(answering, WEATHER[:9])
    await answering.talk.event(wire(0, WEATHER[9:]))
    generation = await answering.finishes("tool_calls")
    rows = await living.do(lambda: answer_rows.load(generation.message_id))
    assert facts(rows.message.tool_calls) == [("get_weather", WEATHER, "made")]
    shown = await living.do(lambda: fragments.article(rows))
    card = card_of(parse(shown), 0)
    assert card.one("id", f"tool-{generation.message_id}-0-arguments").text() == WEATHER
    assert "no tool was offered" in card.text()


async def test_a_call_is_seen_by_a_page_that_is_opened_while_it_is_written(living: Living) -> None:
    answering = await living.answering()
    await answering.talk.event(wire(0, name="get_weather"))
    await answering.talk.event(wire(0, WEATHER[:9]))
    await until_called(answering, WEATHER[:9])
    generation = await living.run(answering.pk)
    answer = await living.do(lambda: answer_view.answer(answer_rows.load(generation.message_id)))
    [card] = answer.content.rest
    assert card.call is not None
    assert (card.call.arguments, card.call.state) == (WEATHER[:9], "open")
    await answering.stops()


async def test_a_call_that_a_stop_cut_is_kept_as_unfinished(living: Living) -> None:
    answering = await living.answering()
    await answering.says("Let me see.")
    await answering.talk.event(wire(0, name="get_weather"))
    await answering.talk.event(wire(0, WEATHER[:9]))
    await until_called(answering, WEATHER[:9])
    generation = await answering.stops()
    assert facts(generation.message.tool_calls) == [("get_weather", WEATHER[:9], "unfinished")]
    estimate = -(-len("Let me see." + WEATHER[:9]) // 4)
    assert (generation.output_tokens, generation.usage_source) == (estimate, "estimated")


async def test_calls_never_go_back_to_the_provider(living: Living) -> None:
    answering = await living.answering()
    await answering.says("Let me see.")
    await answering.talk.event(wire(0, WEATHER, name="get_weather"))
    generation = await answering.finishes("tool_calls")
    again = await living.answering("And then?", generation.conversation)
    asked = json.dumps(again.talk.asked)
    assert "get_weather" not in asked
    assert again.talk.turns == [
        ("user", "Hello"),
        ("assistant", "Let me see."),
        ("user", "And then?"),
    ]
    await again.finishes()


async def test_an_answer_of_calls_alone_is_not_called_empty(living: Living) -> None:
    answering = await living.answering()
    await answering.talk.event(wire(0, WEATHER, name="get_weather"))
    generation = await answering.finishes("tool_calls")
    answer = await living.do(lambda: answer_view.answer(answer_rows.load(generation.message_id)))
    assert not answer.content.empty
    assert not answer.offers.retry
    assert not answer.content.thinking


async def test_undoing_a_resume_takes_its_calls_back(living: Living) -> None:
    answering = await living.answering()
    await answering.says("One, two,")
    generation = await answering.stops()
    resumed = await living.resuming(generation.message_id)
    await resumed.talk.say(" three." + " And so on and on." * 40)
    await resumed.talk.event(wire(0, WEATHER, name="get_weather"))
    generation = await resumed.finishes("tool_calls")
    assert len(generation.message.tool_calls) == 1
    message = await living.message(generation.message_id)
    await living.do(lambda: actions.undo_resume(living.owner, generation.request_key, message))
    message = await living.message(generation.message_id)
    assert (message.text, message.tool_calls) == ("One, two,", [])


async def test_an_answer_that_broke_off_inside_a_call_keeps_its_text_only(living: Living) -> None:
    answering = await living.answering()
    await answering.says("Let me see.")
    await answering.talk.event(wire(0, name="get_weather"))
    await answering.talk.event(wire(0, WEATHER[:9]))
    await until_called(answering, WEATHER[:9])

    def close() -> Message:
        store.close(answering.pk, RunFacts(Generation.Status.FAILED))
        return Message.objects.get(generations=answering.pk)

    message = await living.do(close)
    assert (message.text, message.tool_calls) == ("Let me see.", [])


@pytest.fixture
def unhurried_site(tmp_path: Path) -> Iterator[Site]:
    """A site whose models are so slow that a page is there before they call anything."""
    upstream = Upstream("--speed", "0.2")
    try:
        with upstream.site(tmp_path, "demo-tools") as site:
            yield site
    finally:
        upstream.program.end()


@pytest.mark.server
async def test_cards_fill_in_on_every_page_and_stay(unhurried_site: Site) -> None:
    async with Visitor(unhurried_site) as visitor:
        sent = await visitor.send("The weather?", "demo/demo-tools")
        watcher = visitor.watch_on(sent)
        await watcher.watch_to_the_end()
        kinds = {json.loads(frame)["type"] for frame in watcher.frames if frame.startswith("{")}
        assert "arguments" in kinds
        page = await visitor.conversation(sent.conversation)
        cards = answers_of(page)[-1].all("data-tool")
        assert [card.attributes["aria-label"] for card in cards] == [
            "Tool call get_weather",
            "Tool call get_time",
        ]
        watched = watcher.article.all("data-tool")
        assert [card.outer() for card in watched] == [card.outer() for card in cards]
