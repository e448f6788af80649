"""Everybody's use, for administrators: sums, and what is being written, without a word of it."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations.audit.models import Act
from conversations.models import Conversation, Message
from streaming.costs.models import PastUse
from streaming.costs.months import Months, chosen
from streaming.models import Generation
from streaming.oversight import month, running
from tests.support.document import Element, parse
from tests.support.files.rows import picture_of
from tests.support.living import Living
from tests.support.tabs import Tab, watched

MARKER = "Wombat-5512"


@pytest.fixture
async def chief(living: Living) -> Tab:
    tab = Tab()
    await tab.sign_in(await living.do(lambda: User.objects.create_superuser("chief")))
    return tab


async def seen(chief: Tab, more: str = "") -> Element:
    reply = await chief.get(f"/people/usage/{more}")
    assert reply.status_code == 200
    assert MARKER not in reply.content.decode()
    return parse(reply.content.decode())


async def test_a_running_answer_is_listed_without_a_word_and_stopped_for_its_owner(
    living: Living, chief: Tab, tab: Tab
) -> None:
    answer = await living.answering(f"{MARKER} asked")
    waits = (await seen(chief)).one("data-running", str(answer.pk))
    assert "Waits for the model" in waits.text()
    await answer.says(f"{MARKER} said")
    page = await watched(living, tab, answer)
    row = (await seen(chief)).one("data-running", str(answer.pk))
    for word in ("owner", "teller", "puppet", "Writing", str(len(f"{MARKER} said"))):
        assert word in row.text()
    where = row.one("action").attributes["action"]
    async with page.connected() as socket:
        done = await chief.post(where, htmx=False)
        assert (done.status_code, done["Location"]) == (303, "/people/usage/?done=stopped#running")
        await page.ends(socket)
    generation = await answer.ended()
    assert (generation.status, generation.upstream_closed_at is None) == ("cancelled", False)
    assert generation.message.text == f"{MARKER} said"
    message = page.article.attributes["data-message"]
    assert (
        "An administrator stopped it. All 2 words are kept."
        in page.page.one("id", f"bar-{message}").text()
    )
    act = await living.do(Act.objects.get)
    assert (act.who, act.what, act.whom, act.thing) == (
        *("chief", "answer-stopped"),
        *("owner", "puppet/teller"),
    )
    again = await chief.post(where, htmx=False)
    assert again["Location"].endswith("?done=ended#running")
    assert await living.do(Act.objects.count) == 1
    assert (await seen(chief)).all("data-running") == []


async def test_one_that_another_process_writes_is_marked_for_it(
    living: Living, chief: Tab, monkeypatch: Any
) -> None:
    """Its writer sees the mark within a frame: that is the stop of its owner, too."""
    monkeypatch.setattr(running, "STOP_SECONDS", 0.05)
    answer = await living.answering()
    await answer.says("Half")
    monkeypatch.setattr(living.site.runner, "stop_soon", lambda _: Future())  # not held here
    await chief.post(f"/people/usage/{answer.pk}/stop/", htmx=False)
    assert (await answer.ended()).status == "cancelled"


async def test_who_stopped_it_first_is_who_stopped_it(living: Living, chief: Tab) -> None:
    answer = await living.answering()
    await living.do(lambda: Generation.objects.update(stop_requested_at=timezone.now()))
    await chief.post(f"/people/usage/{answer.pk}/stop/", htmx=False)
    assert (await answer.ended()).stopped_by_administrator is None
    assert await living.do(Act.objects.count) == 0


def this_month() -> Months:
    return chosen("", "", timezone.now().date())


def ended(owner: User, number: int, model: str = "teller", **more: Any) -> Generation:
    thread = Conversation.objects.create(owner=owner, title=MARKER)
    answer = Message.objects.create(conversation=thread, role="assistant", text=MARKER)
    values = {"cost_source": "reported", "cost_currency": "USD", "cost_nanos": 10**9}
    return Generation.objects.create(
        conversation=thread,
        message=answer,
        requested_by=owner,
        request_key=f"00000000-0000-4000-8000-{number:012}",
        provider="puppet",
        model=model,
        input_tokens=3,
        output_tokens=4,
        **({"status": "finished"} | values | more),
    )


@pytest.mark.django_db
def test_sums_are_by_person_and_model_with_what_was_deleted(owner: User) -> None:
    other = User.objects.create_user("zoe")
    for number, who in enumerate((owner, owner, other)):
        ended(who, number, "teller" if who == owner else "other")
    old = ended(owner, 9)
    Generation.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=40))
    zeros = dict.fromkeys(("stops", "resumes", "cached_tokens", "reasoning_tokens"), 0)
    PastUse.objects.create(
        person=owner,
        day=f"{timezone.now():%Y-%m-%d}",
        provider="puppet",
        model="teller",
        answers=1,
        runs=1,
        input_tokens=100,
        output_tokens=200,
        cost_source="reported",
        cost_currency="USD",
        cost_nanos=5 * 10**9,
        **zeros,
    )
    size = picture_of(owner, "one").size
    people = month.people(this_month(), "")
    assert [
        (each.user.username, each.use.answers, each.use.tokens_in, each.use.bill.words)
        for each in people.rows
    ] == [("owner", 3, 106, "$7.00"), ("zoe", 1, 3, "$1.00")]
    assert [each.storage for each in people.rows] == [size, 0]
    models = month.models(this_month())
    assert [(name, use.answers, use.tokens_out) for name, use in models.rows] == [
        (("puppet", "teller"), 3, 208),
        (("puppet", "other"), 1, 4),
    ]


@pytest.mark.django_db
def test_pages_are_bounded_and_their_queries_do_not_grow(
    owner: User, client: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(month, "PAGE", 3)
    monkeypatch.setattr(running, "PAGE", 3)
    client.force_login(User.objects.create_superuser("chief"))
    queries = []
    for number in range(5):
        ended(owner, 2 * number, f"model {number}")
        ended(owner, 2 * number + 1, status="running")
        User.objects.create_user(f"person {number}")
        with CaptureQueriesContext(connection) as asked:
            page = parse(client.get("/people/usage/").content.decode())
        queries.append(len(asked))
    assert len(set(queries)) == 1
    for kind in ("data-running", "data-person", "data-model"):
        assert len(page.all(kind)) == 3
    assert "2 further models" in page.text()
    address = page.one("data-action", "more-people").attributes["href"]
    second = parse(client.get(address).content.decode())
    assert not {row.text() for row in second.all("data-person")} & {
        row.text() for row in page.all("data-person")
    }
    address = page.one("data-action", "more-running").attributes["href"]
    assert len(parse(client.get(address).content.decode()).all("data-running")) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("said", ["?month=x&running=-1", "?after=%00&running=" + "9" * 30])
def test_what_makes_no_sense_is_the_first_page_of_this_month(client: Any, said: str) -> None:
    client.force_login(User.objects.create_superuser("chief"))
    assert client.get(f"/people/usage/{said}").status_code == 200
