"""An answer in a person's own words: a segment that is kept, sent, undone, and never in the way."""

from __future__ import annotations

import uuid
from functools import partial

import pytest

from conversations.models import Message
from streaming import actions as work
from streaming.editing import answers
from streaming.editing.answers import change
from streaming.journal.snapshot import parts_of
from streaming.live.answers import answer_rows, answer_view
from streaming.models import Generation
from streaming.quota.beginning import NTH_BEGUN
from streaming.runs import takeover
from streaming.runs.refusals import Refused
from tests.streaming.queue.queueing import Line
from tests.support import rows
from tests.support.document import parse
from tests.support.living import PREFILLER, Living
from tests.support.tabs import Tab


async def edit(
    living: Living, message_id: int, text: str, key: uuid.UUID | None = None
) -> Generation | None:
    message = await living.message(message_id)
    runs = await living.do(lambda: list(message.generations.filter(undone_at=None)))
    act = partial(answers.edit_answer, living.owner, key or uuid.uuid4(), message, text)
    return await living.do(partial(act, runs[-1].pk if runs else None))


async def undo(living: Living, generation: Generation | None) -> None:
    assert generation is not None
    edited = await living.run(generation.pk)
    await living.do(partial(answers.undo_edit, edited))


async def text_of(living: Living, message_id: int) -> str:
    return (await living.message(message_id)).text


async def cut(living: Living, text: str) -> Generation:
    answer = await living.answering(model=PREFILLER)
    await answer.says(text)
    return await answer.stops()


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("one two three", "one 2 three", (4, "two", "2")),
        ("aaa", "aaaa", (3, "", "a")),
        ("same", "same", (4, "", "")),
        ("", "new", (0, "", "new")),
        ("old", "", (0, "old", "")),
        ("🦉 owl", "🦉 owls", (5, "", "s")),
    ],
)
def test_a_change_is_the_least_that_makes_one_text_of_another(
    before: str, after: str, found: tuple[int, str, str]
) -> None:
    assert change(before, after) == found


async def test_the_edited_text_is_what_models_are_sent_and_the_original_is_kept(
    living: Living,
) -> None:
    first = await living.ended("The sky is green.")
    edited = await edit(living, first.message_id, "The sky is blue.")
    following = await living.answering("And the sea?", first.conversation)
    assert [text for _, text in following.talk.turns][:2] == ["Hello", "The sky is blue."]
    await following.finishes()
    await undo(living, edited)
    assert await text_of(living, first.message_id) == "The sky is green."


async def test_segments_are_undone_from_the_last_one_back(living: Living) -> None:
    run = await cut(living, "One 🦉 and ")
    first = await edit(living, run.message_id, "Two 🦉 and ")
    again = await living.resuming(run.message_id)
    assert again.talk.turns[-1] == ("assistant", "Two 🦉 and")
    await again.says("more.")
    resumed = await again.finishes()
    second = await edit(living, run.message_id, "Two 🦉🦉 and less.")
    message = await living.message(run.message_id)
    with pytest.raises(Refused, match="not the last change"):
        await undo(living, first)
    with pytest.raises(Refused, match="no finished resume"):
        await living.do(partial(work.undo_resume, living.owner, uuid.uuid4(), message))
    await undo(living, second)
    assert await text_of(living, run.message_id) == "Two 🦉 and more."
    assert resumed.message_id == run.message_id
    await living.do(partial(work.undo_resume, living.owner, uuid.uuid4(), message))
    await undo(living, first)
    assert await text_of(living, run.message_id) == "One 🦉 and "


async def test_an_interrupted_answer_stays_so_and_is_resumed_as_it_was_left(
    living: Living,
) -> None:
    run = await cut(living, "One, two, ")
    await edit(living, run.message_id, "Three, ")
    view = await living.do(lambda: answer_view.answer(answer_rows.load(run.message_id)))
    assert (view.status, view.offers.resume, view.offers.undo_edit) == ("cancelled", True, True)
    assert "Resume continues" in view.notice.sentence
    again = await living.resuming(run.message_id)
    assert again.talk.turns[-1] == ("assistant", "Three,")
    await again.says("four.")
    assert (await again.finishes()).message.text == "Three, four."


async def test_nobody_resumes_an_edited_answer_without_being_asked(living: Living) -> None:
    run = await cut(living, "One, ")
    await living.do(lambda: Generation.objects.update(status="interrupted", stop_requested_at=None))
    assert await living.do(lambda: len(list(takeover.left_behind()))) == 1
    await edit(living, run.message_id, "Two, ")
    assert await living.do(lambda: list(takeover.left_behind())) == []


async def test_r8_the_same_edit_and_undo_twice_are_done_once(living: Living) -> None:
    first = await living.ended("One.")
    key = uuid.uuid4()
    edited = await edit(living, first.message_id, "Two.", key)
    assert await edit(living, first.message_id, "Two.", key) == edited
    other = await edit(living, first.message_id, "Three.")
    await undo(living, other)
    await undo(living, other)
    assert await text_of(living, first.message_id) == "Two."
    assert await living.do(Generation.objects.count) == 3


async def test_an_edit_of_a_text_that_has_changed_since_is_refused(living: Living) -> None:
    first = await living.ended("One.")
    message = await living.message(first.message_id)
    await edit(living, first.message_id, "Two.")
    with pytest.raises(Refused, match="has changed since"):
        await living.do(
            lambda: answers.edit_answer(living.owner, uuid.uuid4(), message, "Three.", first.pk)
        )
    assert await text_of(living, first.message_id) == "Two."


async def test_what_is_being_written_is_not_edited(living: Living) -> None:
    answer = await living.answering()
    await answer.says("So far")
    run = await living.run(answer.pk)
    with pytest.raises(Refused, match="still being written"):
        await edit(living, run.message_id, "Else")
    assert (await answer.finishes()).message.text == "So far"


async def test_an_unchanged_answer_is_no_edit_and_no_edit_is_a_send(living: Living) -> None:
    first = await living.ended("One.")
    assert await edit(living, first.message_id, "One.") is None
    await edit(living, first.message_id, "Two.")
    assert await living.do(Generation.objects.filter(replaced=None).count) == 1
    assert "replaced IS NULL" in NTH_BEGUN


async def test_the_margin_and_the_details_tell_who_wrote_what(living: Living, tab: Tab) -> None:
    first = await living.ended("One two three.")
    await edit(living, first.message_id, "One 2 three.")
    view = await living.do(lambda: answer_view.answer(answer_rows.load(first.message_id)))
    told = [(part.edited, part.start, part.size, part.shown) for part in view.life.segments]
    assert told == [(False, 0, 333, None), (True, 333, 83, 4), (False, 416, 584, 5)]
    assert (view.facts.edited, view.facts.resumed, view.facts.model) == (1, 0, first.model)
    details = (await tab.get(f"/m/{first.message_id}/details/")).content.decode()
    assert "Edited by you" in details
    assert "1 characters in the place of 3" in details
    assert ">two<" in details
    page = (await tab.watch(first.conversation_id)).page
    assert page.all("class", "foot__facts")[0].text().split()[-1] == "edited"


async def test_the_search_finds_the_edited_text_alone(living: Living, tab: Tab) -> None:
    first = await living.ended("An owl.")
    edited = await edit(living, first.message_id, "A heron.")
    hits = [(await tab.page(f"/search/?q={word}")).all("data-hit") for word in ("owl", "heron")]
    assert [len(found) for found in hits] == [0, 1]
    await undo(living, edited)
    assert len((await tab.page("/search/?q=owl")).all("data-hit")) == 1


@pytest.mark.parametrize("htmx", [False, True])
async def test_a_form_edits_and_undoes_in_every_tab(living: Living, tab: Tab, htmx: bool) -> None:
    first = await living.ended("One.")
    other = await tab.watch(first.conversation_id)
    form = await tab.page(f"/m/{first.message_id}/edit/")
    assert form.one("name", "text").text() == "\nOne."
    fields = {name: form.one("name", name).attributes["value"] for name in ("key", "base")}
    async with other.connected() as socket:
        for _ in range(2):
            reply = await tab.post(
                f"/m/{first.message_id}/edit/", htmx=htmx, text="*Two*.", **fields
            )
            assert reply.status_code == (200 if htmx else 303)
        await other.shows(socket, "Two.")
        button = other.page.one("data-action", "undo-edit")
        form_of = button.parent
        assert form_of is not None
        for _ in range(2):
            reply = await tab.post(form_of.attributes["action"], htmx=htmx)
            assert reply.status_code == (200 if htmx else 303)
        await other.shows(socket, "One.")
    assert other.page.all("data-action", "undo-edit") == []


@pytest.mark.parametrize("htmx", [False, True])
async def test_r9_a_refused_edit_keeps_its_text(living: Living, tab: Tab, htmx: bool) -> None:
    first = await living.ended("One.")
    reply = await tab.post(f"/m/{first.message_id}/edit/", htmx=htmx, text="Two.", base="1")
    body = reply.content.decode()
    assert reply.status_code == 409
    assert "has changed since" in body
    assert htmx or parse(body).one("name", "text").text() == "\nTwo."


async def test_a_copied_answer_that_no_model_wrote_is_edited_too(living: Living) -> None:
    first = await living.ended("One.")
    await living.do(Generation.objects.all().delete)
    edited = await edit(living, first.message_id, "Two.")
    view = await living.do(lambda: answer_view.answer(answer_rows.load(first.message_id)))
    assert (view.facts.model, view.facts.seconds, view.status) == ("", "", "finished")
    await undo(living, edited)
    assert await living.do(lambda: Message.objects.get(pk=first.message_id).text) == "One."


async def test_an_edit_above_a_running_answer_does_not_move_the_line_after_it(
    living: Living,
) -> None:
    first = await living.ended("One.")
    answer = await living.answering("Second", first.conversation)
    line = Line(living, answer, first.conversation)
    await line.put("Third")
    await edit(living, first.message_id, "Two.")
    await answer.says("More.")
    ended = await answer.finishes()
    await (await line.next_answer()).finishes()
    asked = await living.do(lambda: Message.objects.get(text="Third"))
    assert asked.parent_id == ended.message_id


async def test_every_tab_shows_an_edit_in_the_middle_of_the_thread(
    living: Living, tab: Tab
) -> None:
    first = await living.ended("One.")
    await living.ended("Last.", conversation=first.conversation, prompt="Second")
    page = await tab.watch(first.conversation_id)
    answer = f"answer-{first.message_id}"
    async with page.connected() as socket:
        await page.joins(socket)
        edited = await edit(living, first.message_id, "Two.")
        await page.until(socket, lambda now: now.page.one("id", answer).text() == "Two.")
        await undo(living, edited)
        await page.until(socket, lambda now: now.page.one("id", answer).text() == "One.")
        await page.until(socket, lambda now: '"stands"' in now.frames[-1])
        await page.joins(socket)
    assert page.answer.text() == "Last."


FIRST, LAST = rows.TEXTS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Let me see.{LAST}", ["Let me see.", LAST]),
        (f"{FIRST}It is four.", [FIRST, "It is four."]),
        (f"Well: {FIRST}{LAST}", [f"Well: {FIRST}", LAST]),
        (f"{FIRST}{LAST} Yes.", [FIRST, f"{LAST} Yes."]),
        ("All new", ["All new"]),
        ("", []),
    ],
)
async def test_an_edit_keeps_the_parts_around_it_and_its_undo_brings_them_back(
    living: Living, text: str, expected: list[str]
) -> None:
    answer = await living.do(lambda: rows.answer_in_parts(living.owner))
    made = await edit(living, answer.pk, text)
    edited = await living.message(answer.pk)
    texts = [part.text for part in parts_of(edited).all if part.kind == "text"]
    assert (texts, edited.text) == (expected, text)
    await undo(living, made)
    back = await living.message(answer.pk)
    assert [part.text for part in parts_of(back).all if part.kind == "text"] == [FIRST, LAST]
    assert [part.kind for part in parts_of(back).all] == [row["kind"] for row in answer.parts]
