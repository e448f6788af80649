"""The list in open pages: what changed is in all of a person's pages, and in nobody else's."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User

from conversations.models import Conversation
from conversations.sidebar import AT_ONCE
from tests.support.document import Element, parse
from tests.support.living import Living
from tests.support.tabs import Socket, Tab

NEW = "/ws/"


class Listening:
    """A page's socket, and the list that the page shows."""

    def __init__(self, socket: Any, shown: Element) -> None:
        self.socket = socket
        self.take(shown)
        self.heard = 0

    def take(self, shown: Element) -> None:
        said = shown.one("data-list").attributes
        self.state = said["data-list"]
        self.rows = [
            row.attributes["id"].removeprefix("row-")
            for row in shown.all("data-renamable")
            if row.tag == "li"
        ]
        self.text = shown.text()

    async def tell(self) -> None:
        said = {"type": "list", "state": self.state, "rows": len(self.rows)}
        await self.socket.send(json.dumps(said))

    async def hear(self) -> None:
        """The next list that comes; the page says that it shows it."""
        while True:
            message = await self.socket.recv()
            if 'id="conversations"' in message:
                self.heard += 1
                self.take(parse(message))
                await self.tell()
                return

    async def nothing(self) -> None:
        """Whatever the page was sent until its question was answered, it was no list."""
        await self.socket.send(json.dumps({"type": "ask"}))
        await self.tell()
        async with asyncio.timeout(10):
            while '"stands"' not in (message := await self.socket.recv()):
                assert 'id="conversations"' not in message


@pytest.fixture
async def page(living: Living, tab: Tab) -> Any:
    socket: Any = Socket(NEW, tab.cookies)
    await socket.open()
    listening = Listening(socket, await tab.page("/"))
    await listening.tell()
    await listening.nothing()
    yield listening
    await socket.disconnect()


async def made(living: Living, title: str, owner: User | None = None) -> Conversation:
    create = Conversation.objects.create
    return await living.do(lambda: create(owner=owner or living.owner, title=title))


async def test_a_new_a_renamed_and_a_deleted_one_reach_a_page_without_a_conversation(
    living: Living, tab: Tab, page: Listening
) -> None:
    conversation = await made(living, "First name")
    await page.hear()
    assert page.rows == [str(conversation.pk)]
    await tab.post(f"/c/{conversation.pk}/rename/", htmx=True, title="Second name")
    await page.hear()
    assert "Second name" in page.text
    await tab.post(f"/c/{conversation.pk}/delete/", htmx=True)
    await page.hear()
    assert page.rows == []


async def test_a_run_shows_its_dot_and_takes_it_away(living: Living, page: Listening) -> None:
    answer = await living.answering("Hello")
    while "An answer is being written" not in page.text:
        await page.hear()
    await answer.finishes()
    while "An answer is being written" in page.text:
        await page.hear()


async def test_r11_nobody_hears_of_anybody_elses(living: Living, page: Listening) -> None:
    other = await living.do(lambda: User.objects.create_user("other"))
    await made(living, "Somebody else's", other)
    await page.nothing()
    await made(living, "Mine")
    await page.hear()
    assert len(page.rows) == 1
    assert "Somebody" not in page.text


async def test_many_changes_in_a_short_time_are_sent_as_few(
    living: Living, page: Listening
) -> None:
    count = 30
    for number in range(count):
        await made(living, f"Number {number}")
    while len(page.rows) < count:
        await page.hear()
    assert page.heard < count / 2


async def test_a_page_that_does_not_read_has_one_list_on_its_way(living: Living, tab: Tab) -> None:
    socket: Any = Socket(NEW, tab.cookies)
    await socket.open()
    await socket.send(json.dumps({"type": "list", "state": "", "rows": 0}))
    assert 'id="conversations"' in await socket.recv()
    for title in ("One", "Two"):
        await made(living, title)
        await socket.send(json.dumps({"type": "ask"}))
        assert '"stands"' in await socket.recv()
    await socket.disconnect()


async def test_a_change_whose_ring_was_lost_comes_with_the_next_question(
    living: Living, page: Listening
) -> None:
    conversation = await made(living, "Rung")
    await page.hear()
    quietly = Conversation.objects.filter(pk=conversation.pk)
    await living.do(lambda: quietly.update(title="Quietly renamed"))
    await page.tell()
    await page.hear()
    assert "Quietly renamed" in page.text


async def test_as_many_rows_as_a_page_has_loaded_are_kept_up(living: Living, tab: Tab) -> None:
    titles = [f"Number {number}" for number in range(AT_ONCE + 10)]
    conversations = [await made(living, title) for title in titles]
    oldest = conversations[0]
    reply = await tab.get(f"/standing/?list=&rows={len(titles)}")
    page = Listening(None, parse(json.loads(reply.content)["messages"][0]))
    assert set(page.rows) == {str(each.pk) for each in conversations}
    await tab.post(f"/c/{oldest.pk}/rename/", title="Renamed far down")
    reply = await tab.get(f"/standing/?list={page.state}&rows={len(titles)}")
    assert "Renamed far down" in json.loads(reply.content)["messages"][0]


async def test_by_get_the_list_comes_only_if_it_changed(living: Living, tab: Tab) -> None:
    answer = await living.answering("Hello")
    await answer.finishes()
    pk: UUID = (await living.run(answer.pk)).conversation_id
    for path, page in ((f"/c/{pk}/standing/", f"/c/{pk}/"), ("/standing/", "/")):
        state = Listening(None, await tab.page(page)).state
        for said, expected in ((f"list={state}", False), ("list=old", True), ("", False)):
            reply = await tab.get(f"{path}?rows=1&{said}")
            text = "".join(json.loads(reply.content)["messages"])
            assert ('id="conversations"' in text) is expected
