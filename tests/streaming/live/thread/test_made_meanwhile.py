"""R17: what changes while a page is made is in the page, or is what it is told next."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from itertools import count, takewhile
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from conversations.models import Conversation, Deletion, Message
from conversations.trash import moving, temporary
from streaming.catalog.model_menu import ModelChoice
from streaming.editing import answers
from streaming.events import UsageReported
from streaming.journal import store
from streaming.journal.run_facts import RunFacts
from streaming.live.position import Position
from streaming.live.thread import catch_up
from streaming.models import Generation, QueuedPrompt
from streaming.queue import line
from tests.support import rows
from tests.support.document import Element, parse
from tests.support.living import Living
from tests.support.watcher import HEADING, LastAnswer

Change = Callable[[Conversation], object]


class At:
    """Makes the change right before the query of that number."""

    def __init__(self, number: int, change: Change, talk: Conversation) -> None:
        self.number, self.change, self.talk, self.asked = number, change, talk, 0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        self.asked += 1
        if self.asked == self.number:
            self.change(self.talk)
        return execute(sql, params, many, context)


Meets = Callable[[Conversation, At], Element]


def thread(owner: User) -> Conversation:
    """Two exchanges, the first with a second answer, the last one still being written."""
    talk = rows.long_conversation(owner, 4)
    first, _, _, last = talk.messages.order_by("pk")
    Message.objects.create(conversation=talk, parent=first, role="assistant", text="Other")
    Generation.objects.filter(message=last).delete()
    Message.objects.filter(pk=last.pk).update(text="")
    writing = Generation.objects.create(
        conversation=talk,
        message=last,
        requested_by=owner,
        request_key=uuid.uuid4(),
        worker_id=rows.worker().pk,
        provider="puppet",
        model="teller",
    )
    rows.keep(writing, "A last answer.")
    return talk


def ends(talk: Conversation) -> None:
    [run] = Generation.objects.running().filter(conversation=talk)
    store.close(run.pk, RunFacts(Generation.Status.FINISHED, usage=UsageReported(12, 3)))


def is_edited(talk: Conversation) -> None:
    answer = talk.messages.filter(role="assistant").order_by("pk")[0]
    run = answer.generations.get()
    answers.edit_answer(talk.owner, uuid.uuid4(), answer, "Written anew.", run.pk)


def loses_a_branch(talk: Conversation) -> None:
    moving.trash_branch(talk, talk.messages.get(text="Other"), uuid.uuid4())


def gets_a_branch_back(talk: Conversation) -> None:
    deletion = Deletion.objects.get()
    moving.restore(talk, deletion)


def is_kept(talk: Conversation) -> None:
    temporary.keep(Conversation.objects.get(pk=talk.pk))


def gets_a_prompt_in_line(talk: Conversation) -> None:
    choice = ModelChoice("puppet", "teller")
    line.add(talk, uuid.uuid4(), "And then?", choice, urgent=False)


def nothing(talk: Conversation) -> None:
    """Most changes need nothing before them."""


def was_temporary(talk: Conversation) -> None:
    Conversation.objects.filter(pk=talk.pk).update(temporary_until=timezone.now())


CHANGES = {
    "its answer ends": (nothing, ends),
    "an answer above is edited": (nothing, is_edited),
    "a branch is deleted": (nothing, loses_a_branch),
    "a branch is restored": (loses_a_branch, gets_a_branch_back),
    "it is kept": (was_temporary, is_kept),
    "a prompt is put in line": (nothing, gets_a_prompt_in_line),
}


def shown(page: Element) -> Iterator[tuple[str, list[str]]]:
    """What a person sees of the thread, in words."""
    yield "answers", [one.shown() for one in page.all("data-answer")]
    yield "states", [one.attributes["data-status"] for one in page.all("data-role", "assistant")]
    yield "steps", [one.attributes["aria-label"] for one in page.all("data-siblings")]
    yield "controls", [one.attributes["data-state"] for one in page.all("data-controls")]
    yield "temporary", [one.text() for one in page.all("data-temporary")]
    yield "line", [one.text() for one in page.all("data-queued")]
    bills = [each for each in page.all("id") if each.attributes["id"].startswith("spending-")]
    yield "bill", [one.text() for one in bills]


def position(page: LastAnswer) -> Position:
    said = page.article.attributes
    return Position(
        int(said["data-message"]),
        int(said["data-generation"]),
        page.cursor,
        page.status,
        page.elsewhere,
        page.queue,
        int(page.page.one("id", "edits").attributes["data-edits"]),
    )


def led_on(talk: Conversation, page: Element, stands: Position) -> Position:
    """Gives the page what it lacks; where it stands then, as the server remembers it."""
    news = catch_up.catch_up(talk.pk, talk.owner_id, stands)
    assert news is not None
    for fragment in news.fragments:
        heading = HEADING.match(fragment)
        page.swap(fragment[heading.end() :] if heading else fragment)
    return news.position


def loaded(talk: Conversation) -> Element:
    client = Client()
    client.force_login(talk.owner)
    return parse(client.get(f"/c/{talk.pk}/").content.decode())


def page_that_meets_it(talk: Conversation, there: At) -> Element:
    """A page during whose making it happens, led on to where the thread stands."""
    with connection.execute_wrapper(there):
        page = loaded(talk)
    led_on(talk, page, position(LastAnswer(page)))
    return page


def news_that_meet_it(talk: Conversation, there: At) -> Element:
    """A page that was told something while it happened, and then once more."""
    page = loaded(talk)
    (is_edited if there.change is ends else ends)(talk)
    with connection.execute_wrapper(there):
        stands = led_on(talk, page, position(LastAnswer(page)))
    led_on(talk, page, stands)
    return page


def at_every_query(talk: Conversation, meets: Meets, change: Change) -> int:
    """How many queries there are; the page shows in the end what one shows that is loaded then."""
    expected: dict[str, list[str]] = {}
    for number in count(1):
        there = At(number, change, talk)
        with transaction.atomic():
            told = dict(shown(meets(talk, there)))
            expected = expected or dict(shown(loaded(talk)))
            transaction.set_rollback(True)
        if there.asked < number:
            return number
        assert told == expected, f"before query {number}"
    raise AssertionError("it asks without end")


def is_sent_from_the_line(talk: Conversation) -> None:
    """The answer ends, and the prompt in line follows it in the thread."""
    ends(talk)
    waiting = QueuedPrompt.objects.get(conversation=talk)
    last = talk.messages.order_by("pk")[talk.messages.count() - 1]
    prompt = Message.objects.create(conversation=talk, parent=last, role="user", text=waiting.text)
    Conversation.objects.filter(pk=talk.pk).update(leaf=prompt)
    waiting.delete()


async def test_a_prompt_that_is_sent_meanwhile_is_in_the_thread_or_in_the_line(
    living: Living,
) -> None:
    """A page without script is told nothing later."""

    def page_has_it(number: int) -> bool:
        """Whether there are so many queries; after it the page is looked at."""
        with transaction.atomic():
            talk = thread(living.owner)
            gets_a_prompt_in_line(talk)
            there = At(number, is_sent_from_the_line, talk)
            with connection.execute_wrapper(there):
                page = loaded(talk)
            transaction.set_rollback(True)
        places = [*page.all("data-queued"), *page.all("data-role", "user")]
        assert any("And then?" in place.text() for place in places), f"before query {number}"
        return there.asked >= number

    numbers = takewhile(page_has_it, count(1))
    assert await living.do(lambda: len(list(numbers))) > 5


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("meets", [page_that_meets_it, news_that_meet_it])
async def test_no_change_falls_between_two_reads(living: Living, meets: Meets, change: str) -> None:
    before, happens = CHANGES[change]

    def look() -> int:
        with transaction.atomic():
            talk = thread(living.owner)
            before(talk)
            asked = at_every_query(talk, meets, happens)
            transaction.set_rollback(True)
        return asked

    assert await living.do(look) > 5
