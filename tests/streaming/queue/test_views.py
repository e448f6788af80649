"""The form of a prompt in line: each of its buttons, without script and with htmx."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

import pytest
from django.http import HttpResponse

from streaming.models import QueuedPrompt
from streaming.queue import recovery
from tests.streaming.queue.queueing import Line, line_behind
from tests.support.document import Element, parse
from tests.support.living import PREFILLER, Living
from tests.support.tabs import Tab, place_of


async def press(
    tab: Tab, line: Line, text: str, *, htmx: bool = False, **said: str
) -> HttpResponse:
    """Press a button in the row with that text."""
    prompt = await row(line, text)
    return await tab.post(address(line, prompt.key), htmx=htmx, **said)


async def row(line: Line, text: str) -> QueuedPrompt:
    rows = QueuedPrompt.objects.filter(conversation=line.conversation)
    return await line.living.do(lambda: rows.get(text=text))


def address(line: Line, key: uuid.UUID) -> str:
    return f"/c/{line.conversation.pk}/queue/{key}/"


async def shown(tab: Tab, line: Line) -> list[Element]:
    page = await tab.page(f"/c/{line.conversation.pk}/")
    return page.all("data-queued")


async def test_the_page_shows_the_line_with_a_form_for_each_prompt(
    living: Living, tab: Tab
) -> None:
    line = await line_behind(living, "Two?", "Three?")
    rows = await shown(tab, line)
    assert ["Two?" in rows[0].text(), "Three?" in rows[1].text()] == [True, True]
    for name in ("edit-queued", "remove-queued", "send-now"):
        assert rows[1].one("data-action", name).tag == "button"
    assert "Stop and send" in rows[0].text()
    page = await tab.page(f"/c/{line.conversation.pk}/")
    assert "sent when the answer above has ended" in page.one("id", "queue").text()
    await line.stops()
    await line.until(("Two?", "stopped"), ("Three?", "stopped"))
    page = await tab.page(f"/c/{line.conversation.pk}/")
    assert "Held, because the answer was stopped." in page.one("id", "queue").text()
    assert "Stop and send" not in page.one("id", "queue").text()


@pytest.mark.parametrize("htmx", [False, True])
async def test_each_button_leads_back_to_the_line_or_replies_with_it(
    living: Living, tab: Tab, htmx: bool
) -> None:
    line = await line_behind(living, "Two?", "Three?")
    reply = await press(tab, line, "Two?", htmx=htmx, do="remove")
    if htmx:
        assert len(parse(reply.content.decode()).all("data-queued")) == 1
    else:
        assert reply.status_code == 303
        assert reply["Location"].endswith(f"/c/{line.conversation.pk}/#queue")
    assert await line.texts() == ["Three?"]


async def test_moving_names_the_neighbour_so_that_twice_is_once(living: Living, tab: Tab) -> None:
    line = await line_behind(living, "Two?", "Three?", "Four?")
    [two, three, four] = [await row(line, text) for text in ("Two?", "Three?", "Four?")]
    for _ in range(2):
        await press(tab, line, "Four?", before=str(three.key))
        assert await line.texts() == ["Two?", "Four?", "Three?"]
    for _ in range(2):
        await press(tab, line, "Two?", after=str(four.key))
        assert await line.texts() == ["Four?", "Two?", "Three?"]
    await press(tab, line, "Two?", after=str(two.key))
    await press(tab, line, "Two?", after=str(uuid.uuid4()))
    assert await line.texts() == ["Four?", "Two?", "Three?"]
    rows = await shown(tab, line)
    assert "disabled" in rows[0].one("data-action", "move-up").attributes
    assert rows[0].one("data-action", "move-down").attributes["value"] == str(two.key)


async def test_what_is_edited_waits_with_all_that_follows_until_it_is_saved(
    living: Living, tab: Tab
) -> None:
    line = await line_behind(living, "Two?", "Three?")
    await press(tab, line, "Two?", do="edit")
    [two, _] = await shown(tab, line)
    assert two.one("name", "prompt").text() == "\nTwo?"
    await line.answer.finishes()
    page = await tab.page(f"/c/{line.conversation.pk}/")
    assert "waits until it is saved" in page.one("id", "queue").text()
    assert await line.rows() == [("Two?", ""), ("Three?", "")]
    reply = await press(
        tab, line, "Two?", do="save", prompt="Two,\r\nchanged?", model=f"puppet/{PREFILLER}"
    )
    assert reply.status_code == 303
    answer = await line.answers("Two,\nchanged?")
    assert answer.talk.asked["model"] == PREFILLER
    await answer.finishes()
    await (await line.answers("Three?")).finishes()


async def test_cancelling_an_edit_leaves_the_prompt_as_it_was(living: Living, tab: Tab) -> None:
    line = await line_behind(living, "Two?")
    await press(tab, line, "Two?", do="edit")
    await press(tab, line, "Two?", do="leave", prompt="Something else")
    await line.answer.finishes()
    await (await line.answers("Two?")).finishes()


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"prompt": " "}, "Write something first."),
        ({"prompt": "x" * 262_145}, "262,144"),
        ({"prompt": "Two!", "model": "puppet/none"}, "no model “none”"),
    ],
)
async def test_r9_an_edit_that_cannot_be_saved_is_told_and_not_lost(
    living: Living, tab: Tab, htmx: bool, written: dict[str, str], said: str
) -> None:
    line = await line_behind(living, "Two?")
    await press(tab, line, "Two?", do="edit")
    fields = {"model": "puppet/teller"} | written
    reply = await press(tab, line, "Two?", htmx=htmx, do="save", **fields)
    assert reply.status_code == 400
    assert said in reply.content.decode()
    assert await line.texts() == ["Two?"]
    if not htmx and written["prompt"].strip():
        page = parse(reply.content.decode())
        box = page.one("id", "composer").one("name", "prompt")
        assert box.text() == f"\n{written['prompt']}"


async def test_r9_an_edit_of_what_was_sent_meanwhile_is_in_the_message_box(
    living: Living, tab: Tab
) -> None:
    line = await line_behind(living, "Two?")
    prompt = await row(line, "Two?")
    await line.answer.finishes()
    await (await line.answers("Two?")).finishes()
    post = partial(tab.post, do="save", prompt="Two, changed?", model="puppet/teller")
    reply = await post(address(line, prompt.key))
    page = parse(reply.content.decode())
    assert reply.status_code == 409
    assert page.one("id", "composer").one("name", "prompt").text() == "\nTwo, changed?"
    reply = await post(address(line, prompt.key), htmx=True)
    assert reply.status_code == 409
    assert "not in line any more" in reply.content.decode()


async def test_what_was_taken_out_can_be_put_back(living: Living, tab: Tab, settings: Any) -> None:
    line = await line_behind(living, "Two?", "Three?")
    await press(tab, line, "Two?", do="remove")
    page = await tab.page(f"/c/{line.conversation.pk}/")
    assert "Two?" in page.one("data-action", "undo").parent.text()  # type: ignore[union-attr]
    for _ in range(2):
        await press(tab, line, "Two?", do="undo")
        assert await line.texts() == ["Two?", "Three?"]
    await press(tab, line, "Two?", do="remove")
    settings.QUEUED_UNDO_SECONDS = 0
    page = await tab.page(f"/c/{line.conversation.pk}/")
    assert page.all("data-action", "undo") == []
    await living.do(recovery.advance_all)
    assert await living.do(lambda: QueuedPrompt.objects.filter(text="Two?").exists()) is False


@pytest.mark.parametrize("do", ["edit", "leave", "remove", "undo", "send"])
async def test_r8_a_button_of_a_row_that_is_gone_shows_the_line_as_it_stands(
    living: Living, tab: Tab, do: str
) -> None:
    line = await line_behind(living, "Two?")
    reply = await tab.post(address(line, uuid.uuid4()), htmx=True, do=do)
    assert reply.status_code == 200
    assert len(parse(reply.content.decode()).all("data-queued")) == 1


async def test_stop_and_send_replies_once_it_was_sent(living: Living, tab: Tab) -> None:
    line = await line_behind(living, "Two?")
    stops = (await shown(tab, line))[0].one("name", "stops").attributes["value"]
    assert stops == str(line.answer.pk)
    reply = await press(tab, line, "Two?", do="send", stops=stops)
    assert (reply.status_code, place_of(reply)) == (303, f"/c/{line.conversation.pk}/")
    assert (await living.run(line.answer.pk)).status == "cancelled"
    await (await line.answers("Two?")).finishes()
    assert await line.rows() == []


async def test_a_full_line_is_said_and_the_text_stays_in_the_box(
    living: Living, tab: Tab, settings: Any
) -> None:
    settings.QUEUED_PROMPTS = 1
    line = await line_behind(living, "Two?")
    conversation = str(line.conversation.pk)
    reply = await tab.post(
        "/send/", conversation=conversation, prompt="Three?", model="puppet/teller"
    )
    page = parse(reply.content.decode())
    assert reply.status_code == 429
    assert "which is the most" in page.one("id", "composer").text()
    assert page.one("id", "composer").one("name", "prompt").text() == "\nThree?"


async def test_it_is_a_post_that_names_a_button(living: Living, tab: Tab) -> None:
    line = await line_behind(living, "Two?")
    prompt = await row(line, "Two?")
    assert (await tab.get(address(line, prompt.key))).status_code == 405
    assert (await press(tab, line, "Two?", do="dance")).status_code == 409
    assert (await press(tab, line, "Two?")).status_code == 409
    assert await line.texts() == ["Two?"]
