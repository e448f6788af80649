"""What a page is sent so that it shows the thread as it stands: nothing more, nothing less."""

from __future__ import annotations

import uuid

import pytest
from django.contrib.auth.models import User

from conversations.models import Conversation, Message
from streaming.journal import store
from streaming.journal.run_facts import RunFacts
from streaming.live.position import Position
from streaming.live.thread.catch_up import News, catch_up
from streaming.models import Generation
from tests.support.document import Element, parse
from tests.support.rows import keep, running, worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(owner: User) -> Generation:
    found = running(owner, worker())
    keep(found, "So far")
    return found


def standing(run: Generation, after: int = 1, status: str = "running") -> Position:
    return Position(run.message_id, run.pk, after, status)


def caught_up(run: Generation, position: Position) -> News:
    news = catch_up(run.conversation_id, run.conversation.owner_id, position)
    assert news is not None
    return news


def swapped(news: News, start: str = '<div id="thread"></div>') -> Element:
    """A page that was sent the news."""
    page = parse(f'{start}<div id="controls"></div>')
    for fragment in news.fragments:
        page.swap(fragment)
    return page


def test_a_page_that_stands_right_is_sent_nothing(run: Generation) -> None:
    assert caught_up(run, standing(run)) == News([], standing(run))
    store.close(run.pk, RunFacts(Generation.Status.FINISHED))
    assert caught_up(run, standing(run, 2, "finished")) == News([], standing(run, 2, "finished"))


def test_an_empty_page_is_sent_the_thread_and_where_it_then_stands(run: Generation) -> None:
    news = caught_up(run, Position())
    page = swapped(news)
    assert [one.attributes["data-role"] for one in page.all("data-message")] == [
        "user",
        "assistant",
    ]
    assert page.one("data-answer").text() == "So far"
    assert page.one("id", "controls").attributes["data-state"] == "running"
    assert news.position == standing(run)


def test_a_page_at_the_prompt_is_sent_the_answer_behind_it(run: Generation) -> None:
    news = caught_up(run, Position(run.message.parent_id))
    page = swapped(news)
    assert [one.attributes["data-role"] for one in page.all("data-message")] == ["assistant"]
    assert news.position == standing(run)


def test_a_page_whose_answer_ended_meanwhile_is_sent_it_whole(run: Generation) -> None:
    store.close(run.pk, RunFacts(Generation.Status.CANCELLED))
    news = caught_up(run, standing(run, after=0))
    page = swapped(news, f'<article id="message-{run.message_id}"></article>')
    article = page.one("data-role", "assistant")
    assert article.attributes["data-status"] == "cancelled"
    assert article.one("data-answer").text() == "So far"
    assert page.one("id", "controls").attributes["data-state"] == "idle"
    assert news.position == standing(run, 0, "cancelled")


def test_a_page_of_another_branch_is_led_to_the_one_that_is_shown(run: Generation) -> None:
    other = Message.objects.create(
        conversation=run.conversation, parent=run.message.parent, role="assistant", text="Other."
    )
    news = caught_up(run, Position(other.pk))
    assert news.position == standing(run)
    shown = "".join(news.fragments)
    assert "So far" in shown
    assert "Other." not in shown


def test_a_conversation_without_messages_stands_nowhere(owner: User) -> None:
    empty = Conversation.objects.create(owner=owner, title="Empty")
    assert catch_up(empty.pk, owner.pk, Position(7, 7, 7, "running")) == News([], Position())


def test_r11_nobody_elses_conversation_is_there(run: Generation) -> None:
    other = User.objects.create_user("other")
    assert catch_up(run.conversation_id, other.pk, Position()) is None
    assert catch_up(uuid.uuid4(), run.conversation.owner_id, Position()) is None
