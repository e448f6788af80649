"""POST /g/<id>/stop/: the answer ends, and the reply comes once the connection is closed."""

from __future__ import annotations

import asyncio

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from streaming.models import Generation
from tests.support.document import parse
from tests.support.isolation.database import locked_database
from tests.support.living import Living
from tests.support.rows import running
from tests.support.tabs import Tab, place_of


async def test_r5_the_reply_comes_once_upstream_is_hung_up_on(living: Living, tab: Tab) -> None:
    answer = await living.answering()
    await answer.says("So far")
    clicked = timezone.now()
    reply = await tab.post(f"/g/{answer.pk}/stop/")
    replied = timezone.now()
    await answer.talk.hung_up()
    generation = await living.run(answer.pk)
    assert reply.status_code == 303
    assert reply["Location"] == f"/c/{generation.conversation_id}/#message-{generation.message_id}"
    assert (generation.status, generation.message.text) == ("cancelled", "So far")
    assert generation.stop_requested_at is not None
    assert generation.upstream_closed_at is not None
    assert clicked <= generation.stop_requested_at <= generation.upstream_closed_at <= replied


async def test_r5_it_works_before_the_first_delta_and_leaves_a_way_on(
    living: Living, tab: Tab
) -> None:
    answer = await living.answering()
    reply = await tab.post(f"/g/{answer.pk}/stop/")
    page = await tab.page(place_of(reply))
    article = page.one("data-role", "assistant")
    assert article.attributes["data-status"] == "cancelled"
    assert "You stopped it before the first word." in article.text()
    assert article.all("data-action", "retry")


async def test_htmx_is_given_the_controls(living: Living, tab: Tab) -> None:
    answer = await living.answering()
    await answer.says("So far")
    page = (await tab.watch((await living.run(answer.pk)).conversation_id)).page
    assert page.all("data-action", "stop")
    reply = await tab.post(f"/g/{answer.pk}/stop/", htmx=True)
    page.swap(reply.content.decode())
    assert reply.status_code == 200
    assert page.one("data-controls").attributes["data-state"] == "idle"
    assert not page.all("data-action", "stop")


@pytest.mark.parametrize("htmx", [False, True])
async def test_r5_a_second_stop_is_a_quiet_no_op(living: Living, tab: Tab, htmx: bool) -> None:
    answer = await living.answering()
    await answer.says("So far")
    replies = await asyncio.gather(
        *(tab.post(f"/g/{answer.pk}/stop/", htmx=htmx) for _ in range(3))
    )
    before = await living.run(answer.pk)
    replies.append(await tab.post(f"/g/{answer.pk}/stop/", htmx=htmx))
    after = await living.run(answer.pk)
    assert {reply.status_code for reply in replies} == {200 if htmx else 303}
    assert after.status == "cancelled"
    assert (after.stop_requested_at, after.ended_at) == (before.stop_requested_at, before.ended_at)


async def test_r4_an_answer_that_ended_stays_as_it_ended(living: Living, tab: Tab) -> None:
    generation = await living.ended("All of it.")
    reply = await tab.post(f"/g/{generation.pk}/stop/")
    again = await living.run(generation.pk)
    assert reply.status_code == 303
    assert (again.status, again.stop_requested_at) == ("finished", None)


async def test_r5_a_run_of_another_process_is_marked_for_it(living: Living, tab: Tab) -> None:
    generation = await living.do(lambda: running(living.owner, living.site.lease.worker_id))
    reply = await tab.post(f"/g/{generation.pk}/stop/")
    again = await living.run(generation.pk)
    assert reply.status_code == 303
    assert (again.status, again.stop_requested_at is None) == ("running", False)


async def test_r5_a_stop_works_also_while_the_database_cannot_be_written(
    impatient: None, living: Living, tab: Tab
) -> None:
    answer = await living.answering()
    await answer.says("So far")
    with locked_database():
        stopping = asyncio.create_task(tab.post(f"/g/{answer.pk}/stop/"))
        await answer.talk.hung_up()
    assert (await stopping).status_code == 303
    generation = await answer.ended()
    assert (generation.status, generation.message.text) == ("cancelled", "So far")


async def test_it_is_a_post(living: Living, tab: Tab) -> None:
    answer = await living.answering()
    reply = await tab.get(f"/g/{answer.pk}/stop/")
    assert (reply.status_code, reply["Allow"]) == (405, "POST")
    assert (await living.run(answer.pk)).status == "running"


async def test_a_signed_out_visitor_is_led_to_the_door(living: Living) -> None:
    answer = await living.answering()
    reply = await Tab().post(f"/g/{answer.pk}/stop/")
    assert (reply.status_code, place_of(reply)) == (302, "/login/")
    assert (await living.run(answer.pk)).status == "running"


async def test_r11_another_persons_answer_is_as_little_there_as_none(
    living: Living, tab: Tab
) -> None:
    other = await living.do(lambda: User.objects.create_user("other"))
    theirs = await living.do(lambda: running(other, living.site.lease.worker_id))
    replies = [await tab.post(f"/g/{pk}/stop/") for pk in (theirs.pk, 0, 10**6, 10**30)]
    assert [reply.status_code for reply in replies] == [404] * 4
    assert len({reply.content for reply in replies}) == 1
    again = await living.do(lambda: Generation.objects.get(pk=theirs.pk))
    assert again.stop_requested_at is None
    assert parse(replies[0].content.decode()).all("href", "/")
