"""R17: a page is led to where its thread stands by whatever way it asks: GET, socket, any reply."""

from __future__ import annotations

import json
from collections import deque
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse

from conversations.models import Conversation, Message
from streaming.cluster.bus import Topic
from streaming.live.protocol import NOT_FOUND
from streaming.models import Generation
from tests.support.document import parse
from tests.support.living import Living
from tests.support.tabs import (
    Page,
    Tab,
    reads,
    watched,
)


class Reply:
    """The messages of a reply, to be taken in as those of a socket are."""

    def __init__(self, reply: HttpResponse) -> None:
        self.messages = deque(json.loads(reply.content)["messages"])

    async def recv(self, decode: bool = True) -> str:
        message: str = self.messages.popleft()
        return message

    async def send(self, text: str) -> None:
        """A page has nobody to acknowledge a reply to."""


def position(page: Page) -> str:
    said = page.article.attributes
    return urlencode(
        {
            "leaf": said["data-message"],
            "generation": said["data-generation"],
            "after": page.cursor,
            "status": page.status,
        }
    )


async def asked_by_get(page: Page, tab: Tab) -> Page:
    """The page, once it has taken in what it was told."""
    path = page.address.removeprefix("/ws")
    reply = await tab.get(f"{path}standing/?{position(page)}")
    assert reply.status_code == 200
    socket: Any = Reply(reply)
    while socket.messages:
        await page.take_in_one(socket)
    return page


async def test_r17_a_page_lives_by_get_alone(living: Living, tab: Tab) -> None:
    answer = await living.answering()
    page = await watched(living, tab, answer)
    for text, whole in (("One ", "One"), ("**two** ", "One two"), ("three", "One two three")):
        await answer.says(text)
        assert reads(whole)(await asked_by_get(page, tab))
    await answer.finishes()
    assert (await asked_by_get(page, tab)).status == "finished"
    await living.ended("And more.", conversation=(await living.run(answer.pk)).conversation)
    await asked_by_get(page, tab)
    loaded = await tab.watch((await living.run(answer.pk)).conversation_id)
    shown, expected = [each.page.all("data-answer") for each in (page, loaded)]
    assert [one.shown() for one in shown] == [one.shown() for one in expected]
    assert (len(expected), page.gaps, page.doubles) == (2, 0, 0)


async def test_r17_a_page_that_stands_right_is_told_so_and_nothing_else(
    living: Living, tab: Tab
) -> None:
    generation = await living.ended("All of it.")
    page = await asked_by_get(await tab.watch(generation.conversation_id), tab)
    (said,) = page.frames
    assert json.loads(said) == {
        "type": "stands",
        "leaf": generation.message_id,
        "generation": generation.pk,
        "after": 0,
        "status": "finished",
        "elsewhere": None,
        "queue": "",
        "edits": 0,
    }


async def test_r17_nonsense_for_a_place_is_no_place_and_all_is_shown(
    living: Living, tab: Tab
) -> None:
    generation = await living.ended("All of it.")
    page = await tab.watch(generation.conversation_id)
    nonsense = "leaf=²&generation=-1&after=" + "9" * 40 + "&status=dancing"
    reply = await tab.get(f"/c/{generation.conversation_id}/standing/?{nonsense}")
    socket: Any = Reply(reply)
    await page.take_in_one(socket)
    assert 'id="thread"' in page.frames[0]
    assert page.answer.text().strip() == "All of it."


async def test_r17_who_is_signed_out_is_told_so(living: Living, tab: Tab) -> None:
    generation = await living.ended("All of it.")
    headers = {"HX-Request": "true"}
    reply = await Tab().get(f"/c/{generation.conversation_id}/standing/", **headers)
    assert reply.status_code == 401


async def test_r17_a_question_over_the_socket_finds_what_no_ring_told(
    living: Living, tab: Tab
) -> None:
    generation = await living.ended("First.")
    page = await tab.watch(generation.conversation_id)
    async with page.connected() as socket:
        await ask(socket)
        await page.take_in_one(socket)
        assert json.loads(page.frames[-1])["type"] == "stands"
        leaf = await living.do(lambda: in_silence(generation))
        await ask(socket)
        await page.until(socket, lambda page: f'"stands", "leaf": {leaf}' in page.frames[-1])
    assert "Unheard" in page.page.one("id", "thread").text()


async def ask(socket: Any) -> None:
    await socket.send(json.dumps({"type": "ask"}))


def in_silence(run: Generation) -> int:
    """Another prompt, of which nobody is told."""
    said = Message.objects.create(
        conversation=run.conversation, parent_id=run.message_id, role="user", text="Unheard"
    )
    Conversation.objects.filter(pk=run.conversation_id).update(leaf=said)
    return said.pk


async def test_r17_a_question_over_the_socket_finds_entries_of_which_no_ring_told(
    living: Living, tab: Tab
) -> None:
    answer = await living.answering()
    page = await watched(living, tab, answer)
    async with page.connected() as socket:
        await answer.says("One ")
        await page.until(socket, reads("One"))
        deaf = living.site.bus._subscribers.pop(Topic.ENTRIES.of(answer.pk))
        await answer.talk.say("two")
        await living.until_kept(answer.pk, "One two")
        assert await socket.receive_nothing(timeout=0.05)
        await ask(socket)
        await page.until(socket, reads("One two"))
        living.site.bus._subscribers[Topic.ENTRIES.of(answer.pk)] = deaf


async def test_a_question_about_what_was_deleted_closes_the_socket(
    living: Living, tab: Tab
) -> None:
    generation = await living.ended("All of it.")
    page = await tab.watch(generation.conversation_id)
    async with page.connected() as socket:
        await living.do(Conversation.objects.all().delete)
        await ask(socket)
        assert await socket.closed() == NOT_FOUND


async def test_r17_who_only_watches_hears_at_once_that_all_is_deleted(
    living: Living, tab: Tab
) -> None:
    generation = await living.ended("All of it.")
    page = await tab.watch(generation.conversation_id)
    async with page.connected() as socket:
        await ask(socket)
        await page.take_in_one(socket)
        assert (await tab.post(f"/c/{generation.conversation_id}/delete/")).status_code == 303
        assert await socket.closed() == NOT_FOUND


async def test_r17_the_reply_to_a_stop_shows_how_it_ended_without_a_socket(
    living: Living, tab: Tab
) -> None:
    answer = await living.answering()
    await answer.says("So far")
    page = await watched(living, tab, answer)
    reply = await told(tab, page, f"/g/{answer.pk}/stop/")
    assert reply.status_code == 200
    page.swap(reply.content.decode())
    assert page.status == "cancelled"
    assert page.article.all("data-action", "resume")
    assert page.page.one("id", "controls").attributes["data-state"] == "idle"


async def told(tab: Tab, page: Page, path: str, **fields: str) -> HttpResponse:
    """The reply to a form of a page that says where it stands."""
    data = {"key": "7f1c3a52-31de-4b9e-8a51-8f1d6cf6f5a0"} | fields
    headers = {"HX-Request": "true", "Chat-Position": position(page)}
    return await tab.request("post", path, data=data, headers=headers)


async def test_r17_the_reply_to_a_send_ends_the_answer_that_the_page_thought_was_running(
    living: Living, tab: Tab
) -> None:
    answer = await living.answering()
    await answer.says("So far")
    page = await watched(living, tab, answer)
    generation = await answer.stops()
    form = {"prompt": "Then this.", "model": "puppet/teller"}
    reply = await told(tab, page, "/send/", conversation=str(generation.conversation_id), **form)
    page.swap(reply.content.decode())
    first, second = page.page.all("data-role", "assistant")
    assert (first.attributes["data-status"], page.status) == ("cancelled", "running")
    assert "Stopped" in first.text()
    assert "Then this." in page.page.one("id", "thread").text()
    assert second is page.article
    talk = await living.puppet.talk()
    await talk.finish()


async def test_r17_a_refusal_brings_the_answer_that_stands_in_the_way(
    living: Living, tab: Tab, settings: Any
) -> None:
    settings.QUEUED_PROMPTS = 0
    generation = await living.ended("First.")
    page = await tab.watch(generation.conversation_id)
    answer = await living.answering("Meanwhile", generation.conversation)
    await answer.says("It is long")
    form = {"prompt": "Then this.", "model": "puppet/teller"}
    reply = await told(tab, page, "/send/", conversation=str(generation.conversation_id), **form)
    assert reply.status_code == 429
    notice = parse('<div id="notice"></div>')
    notice.swap(reply.content.decode())
    assert "0 prompts are in line here, which is the most" in notice.text()
    page.swap(reply.content.decode())
    assert page.answer.text().strip() == "It is long"
    assert page.page.one("id", "controls").attributes["data-state"] == "running"
