"""The reply to a click and the socket of its page show the same, rendered once."""

from __future__ import annotations

import re
from typing import Any

import pytest

from conversations.models import Conversation
from streaming.live.position import Position
from streaming.live.thread import catch_up
from streaming.live.thread.catch_up import News
from streaming.live.thread.shared_news import SharedNews
from tests.support.living import Living

NOWHERE = Position()
KEY = re.compile('name="key" value="[^"]*"')


async def test_an_answer_that_begins_is_rendered_once_for_all_who_stand_in_one_place(
    living: Living, renderings: list[Position]
) -> None:
    answer = await living.answering()
    conversation = await thread_of(living, answer.pk)
    news = SharedNews()
    found = [await ask(living, news, conversation, NOWHERE) for _ in range(3)]
    assert found[0] is found[1] is found[2]
    assert renderings == [NOWHERE]


async def test_what_was_written_since_follows_from_where_it_leads(living: Living) -> None:
    answer = await living.answering()
    conversation, news = await thread_of(living, answer.pk), SharedNews()
    before = await ask(living, news, conversation, NOWHERE)
    await answer.says("Zanzibar")
    again = await ask(living, news, conversation, NOWHERE)
    assert again.position.after == before.position.after == 0
    assert "Zanzibar" not in "".join(again.fragments)


async def test_another_place_and_another_end_are_rendered_anew(
    living: Living, renderings: list[Position]
) -> None:
    answer = await living.answering()
    conversation, news = await thread_of(living, answer.pk), SharedNews()
    running = (await ask(living, news, conversation, NOWHERE)).position
    elsewhere = Position(leaf=running.leaf, generation=None)
    await ask(living, news, conversation, elsewhere)
    await answer.says("all")
    await answer.finishes()
    ended = await ask(living, news, conversation, NOWHERE)
    assert ended.position.status == "finished"
    assert "all" in "".join(ended.fragments)
    assert len(renderings) == 3


async def test_what_is_said_is_ready_for_pages_of_the_thread_before_they_ask(
    living: Living, renderings: list[Position]
) -> None:
    before = await living.ended("First.")
    conversation = await thread_of(living, before.pk)
    stood = Position(before.message_id, before.pk, 0, before.status)
    await living.answering("And then?", conversation)
    ready = await ask(living, living.site.news, conversation, stood)
    assert renderings == []
    read_again = await ask(living, SharedNews(), conversation, stood)
    assert renderings == [stood]
    assert ready.position == read_again.position
    assert without_keys(ready) == without_keys(read_again)


async def test_nobody_else_is_told(living: Living) -> None:
    answer = await living.answering()
    conversation, news = await thread_of(living, answer.pk), SharedNews()
    await ask(living, news, conversation, NOWHERE)
    stranger = conversation.owner_id + 1
    assert await living.do(lambda: news.of(conversation.pk, stranger, NOWHERE)) is None


async def thread_of(living: Living, pk: int) -> Conversation:
    generation = await living.run(pk)
    return await living.do(lambda: Conversation.objects.get(pk=generation.conversation_id))


def without_keys(news: News) -> str:
    """The fragments; each rendering gives its forms keys of their own."""
    return KEY.sub("", "".join(news.fragments))


async def ask(living: Living, news: SharedNews, conversation: Conversation, page: Position) -> Any:
    return await living.do(lambda: news.of(conversation.pk, conversation.owner_id, page))


@pytest.fixture
def renderings(monkeypatch: pytest.MonkeyPatch) -> list[Position]:
    """From where it was asked each time that somebody had to render."""
    asked: list[Position] = []
    render = catch_up.catch_up

    def noted(conversation_id: Any, owner_id: int, position: Position) -> Any:
        asked.append(position)
        return render(conversation_id, owner_id, position)

    monkeypatch.setattr(catch_up, "catch_up", noted)
    return asked
