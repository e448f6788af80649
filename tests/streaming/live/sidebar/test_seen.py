"""Unread: an answer ended whose page was not visible then, and has not been since."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations.models import Conversation
from streaming.live.sidebar import listing, seen
from streaming.models import Generation
from tests.support.document import Element
from tests.support.living import Living
from tests.support.rows import go_on, running, worker
from tests.support.tabs import Socket, Tab


def state(run: Generation) -> str:
    row = listing.row(run.conversation_id)
    assert row is not None
    return row.state


async def row_of(tab: Tab, run: Generation) -> Element:
    page = await tab.page()
    return page.one("id", f"row-{run.conversation_id}")


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["finished", "failed"])
def test_what_ended_is_unread_until_it_is_seen(owner: User, status: str) -> None:
    run = running(owner, worker(), status=status)
    assert state(run) == "unread"
    assert seen.note(run.conversation_id, owner.pk, run.pk)
    assert state(run) == ""


@pytest.mark.django_db
def test_noting_it_again_is_nothing_new(owner: User) -> None:
    run = running(owner, worker(), status="finished")
    assert seen.note(run.conversation_id, owner.pk, run.pk)
    assert not seen.note(run.conversation_id, owner.pk, run.pk)
    assert not seen.note(run.conversation_id, owner.pk)
    assert state(run) == ""


@pytest.mark.django_db
def test_who_saw_one_answer_has_not_seen_the_next(owner: User) -> None:
    first = running(owner, worker(), status="interrupted")
    second = go_on(first)
    assert seen.note(first.conversation_id, owner.pk)
    Generation.objects.filter(pk=second.pk).update(status="finished")
    assert state(second) == "unread"
    assert not seen.note(first.conversation_id, owner.pk, first.pk)
    assert state(second) == "unread"


@pytest.mark.django_db
def test_an_answer_that_is_being_written_has_no_end_to_be_seen(owner: User) -> None:
    run = running(owner, worker())
    assert not seen.note(run.conversation_id, owner.pk, run.pk)
    Generation.objects.filter(pk=run.pk).update(status="finished")
    assert state(run) == "unread"


@pytest.mark.django_db
def test_r11_nobody_sees_for_somebody_else(owner: User) -> None:
    run = running(owner, worker(), status="finished")
    other = User.objects.create_user("other")
    assert not seen.note(run.conversation_id, other.pk, run.pk)
    assert state(run) == "unread"


@pytest.mark.django_db
def test_it_is_one_statement(owner: User) -> None:
    run = running(owner, worker(), status="finished")
    with CaptureQueriesContext(connection) as queries:
        seen.note(run.conversation_id, owner.pk, run.pk)
    assert len(queries) == 1


async def test_the_end_of_an_answer_writes_nothing_of_the_list(living: Living, tab: Tab) -> None:
    """That it is unread follows from what is written anyway."""
    answer = await living.answering("Hello")
    run = await living.run(answer.pk)
    before = await living.do(lambda: Conversation.objects.values().get(pk=run.conversation_id))
    await answer.finishes()
    after = await living.do(lambda: Conversation.objects.values().get(pk=run.conversation_id))
    assert before == after
    row = await row_of(tab, run)
    assert row.attributes["data-state"] == "unread"
    assert row.attributes["data-last"] == f"{run.pk} finished"


async def test_a_page_says_over_its_socket_that_it_saw_the_end(living: Living, tab: Tab) -> None:
    run = await living.ended("Some words")
    socket: Any = Socket(f"/ws/c/{run.conversation_id}/", tab.cookies)
    await socket.open()
    state = (await tab.page()).one("data-list").attributes["data-list"]
    await socket.send(json.dumps({"type": "list", "state": state, "rows": 1}))
    await socket.send(json.dumps({"type": "seen", "generation": run.pk}))
    while 'id="conversations"' not in await socket.recv():
        pass
    await socket.disconnect()
    assert (await row_of(tab, run)).attributes["data-state"] == ""


@pytest.mark.parametrize("htmx", [True, False])
async def test_a_page_without_a_socket_says_it_with_a_form(
    living: Living, tab: Tab, htmx: bool
) -> None:
    run = await living.ended("Some words")
    path = f"/c/{run.conversation_id}/seen/"
    early = await tab.post(path, htmx=htmx, generation=str(run.pk - 1))
    assert early.status_code == (204 if htmx else 303)
    assert (await row_of(tab, run)).attributes["data-state"] == "unread"
    for _ in range(2):  # a request that comes again changes nothing
        await tab.post(path, htmx=htmx, generation=str(run.pk))
        assert (await row_of(tab, run)).attributes["data-state"] == ""


async def test_the_page_of_the_conversation_tells_what_was_seen(living: Living, tab: Tab) -> None:
    run = await living.ended("Some words")
    path = f"/c/{run.conversation_id}/"
    assert (await tab.page(path)).one("data-seen").attributes["data-seen"] == "0"
    await tab.post(f"{path}seen/", generation="1" * 19)  # no number of an answer: all
    assert (await tab.page(path)).one("data-seen").attributes["data-seen"] == str(run.pk)
