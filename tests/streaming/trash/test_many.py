"""Many conversations at once: into the trash, and back."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User

from conversations.models import Conversation, Deletion
from streaming.trash import many
from tests.support.document import parse
from tests.support.living import Living
from tests.support.tabs import Tab


async def talks(living: Living, number: int) -> list[uuid.UUID]:
    create = Conversation.objects.create

    def make() -> list[uuid.UUID]:
        return [create(owner=living.owner, title=f"Talk {at}").pk for at in range(number)]

    return await living.do(make)


async def left(living: Living) -> int:
    return await living.do(Conversation.objects.count)


@pytest.mark.parametrize("number", [1, many.AT_ONCE + 1])
async def test_what_is_selected_is_deleted_and_comes_back_at_once(
    living: Living, tab: Tab, number: int
) -> None:
    names = " ".join(str(pk) for pk in await talks(living, number))
    key = str(uuid.uuid4())
    for _ in range(2):  # r8
        reply = await tab.post("/trash/delete-many/", htmx=True, conversations=names, deletion=key)
        page = parse(reply.text)
        assert page.all("data-conversation-link") == []
        assert await living.do(Deletion.objects.count) == number
    form = page.one("data-undo").one("hx-post")
    assert form.attributes["action"] == "/trash/restore-many/"
    deletions = form.one("name", "deletions").attributes["value"]
    for _ in range(2):
        await tab.post("/trash/restore-many/", htmx=True, deletions=deletions)
        assert await left(living) == number
    again = await tab.post("/trash/delete-many/", htmx=True, conversations=names, deletion=key)
    assert parse(again.text).all("data-undo") == []  # the request came again, after its undo
    assert await left(living) == number


async def test_without_script_it_leads_to_the_trash_and_from_there_back(
    living: Living, tab: Tab
) -> None:
    [pk] = await talks(living, 1)
    reply = await tab.post("/trash/delete-many/", conversation=str(pk))
    assert (reply.status_code, reply["Location"]) == (303, "/trash/")
    assert await left(living) == 0


async def test_an_answer_in_what_is_selected_is_stopped_truly(living: Living, tab: Tab) -> None:
    answer = await living.answering("Hello")
    await answer.says("Kept ")
    run = await living.run(answer.pk)
    await tab.post("/trash/delete-many/", htmx=True, conversations=str(run.conversation_id))
    ended = await answer.ended()
    assert ended.status == "cancelled"
    assert (await living.snapshot(answer.pk)).text == "Kept "


async def test_r11_what_is_somebody_elses_stays_and_so_does_their_trash(
    living: Living, tab: Tab
) -> None:
    def make() -> tuple[uuid.UUID, int]:
        other = User.objects.create_user("other")
        kept = Conversation.objects.create(owner=other, title="Theirs")
        gone = Conversation.objects.create(owner=other, title="Thrown away")
        return kept.pk, many.delete(other, uuid.uuid4(), [gone.pk])[0].pk

    kept, deletion = await living.do(make)
    await tab.post("/trash/delete-many/", conversations=str(kept))
    await tab.post("/trash/restore-many/", deletions=str(deletion))
    assert await left(living) == 1


async def test_too_many_at_once_are_refused_with_a_sentence(living: Living, tab: Tab) -> None:
    names = " ".join(str(uuid.uuid4()) for _ in range(401))
    for htmx in (True, False):
        reply = await tab.post("/trash/delete-many/", htmx=htmx, conversations=names)
        assert reply.status_code == 400
        assert "400 conversations at most" in reply.text


async def test_all_is_deleted_after_a_question_and_what_begins_later_stays(
    living: Living, tab: Tab, settings: Any
) -> None:
    settings.DELETE_REPLY_SECONDS = 600
    await talks(living, many.AT_ONCE + 2)
    writing = await living.answering("One?")
    page = await tab.page("/trash/delete-all/")
    assert f"{many.AT_ONCE + 3} conversations" in page.one("class", "card__line").text()
    up_to = page.one("name", "up_to").attributes["value"] or ""
    await talks(living, 1)
    reply = await tab.post("/trash/delete-all/", up_to=up_to)
    assert reply["Location"] == "/trash/"
    assert await left(living) == 1
    assert (await writing.ended()).status == "cancelled"
    assert await living.do(Deletion.objects.count) == many.AT_ONCE + 3


async def test_what_takes_too_long_is_asked_for_again(
    living: Living, tab: Tab, settings: Any
) -> None:
    settings.DELETE_REPLY_SECONDS = 0
    await talks(living, 3)
    for said in ("", "never", "2100-01-01"):
        assert (await tab.post("/trash/delete-all/", up_to=said))["Location"].endswith("-all/")
    assert await left(living) == 3
    await tab.post("/trash/delete-all/", up_to="2100-01-01T00:00:00+00:00")
    settings.DELETE_REPLY_SECONDS = 600
    reply = await tab.post("/trash/delete-all/", up_to="2100-01-01T00:00:00+00:00")
    assert (reply["Location"], await left(living)) == ("/trash/", 0)
    assert (await tab.get("/trash/delete-all/"))["Location"] == "/trash/"
