"""Tokens and cost of a month, and limits of one person: at the limit and one past it."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from chatsite.tokens import granting
from conversations.files import keeping
from conversations.files.reading import Refused
from conversations.models import Message
from conversations.quotas.models import Quota
from streaming import actions
from streaming.costs import sums
from streaming.costs.models import PastUse
from streaming.models import Generation
from streaming.quota import monthly
from streaming.quota.spent import Spent
from streaming.runs.refusals import TooMuch
from tests.streaming.queue.queueing import line_behind
from tests.streaming.quota.test_beginning import expects_refusal
from tests.support.files.rows import picture_of
from tests.support.living import TELLER, Living
from tests.support.sample_files import png
from tests.support.tabs import Tab

DOLLAR = 10**9


def spends(living: Living, tokens: int, nanos: int = 0, **more: Any) -> Any:
    """All answers so far used so many tokens together."""

    def change() -> None:
        last = Generation.objects.latest("pk")
        Generation.objects.update(input_tokens=None, output_tokens=None, cost_nanos=None)
        values = {"input_tokens": tokens - 1, "output_tokens": 1, "cost_nanos": nanos} | more
        Generation.objects.filter(pk=last.pk).update(**values)

    return living.do(change)


async def limited(living: Living, **numbers: int) -> None:
    await living.do(lambda: Quota.objects.update_or_create(person=living.owner, defaults=numbers))


async def test_one_token_below_the_limit_is_sent_and_at_the_limit_not(
    living: Living, tab: Tab
) -> None:
    await limited(living, tokens_a_month=1000)
    await living.ended("Yes.")
    await spends(living, 999)
    await living.ended("Again.")
    await spends(living, 1000)
    said, wait = await expects_refusal(tab)
    assert "1,000 of 1,000 tokens this month" in said
    now = timezone.now().astimezone(UTC)
    first = datetime(now.year + now.month // 12, now.month % 12 + 1, 1, tzinfo=UTC)
    assert abs(wait - (first - now).total_seconds()) < 30
    assert f"{first:%b}" in said
    assert "UTC" in said


async def test_a_cost_is_counted_in_dollars_with_what_was_cut(living: Living, tab: Tab) -> None:
    await limited(living, cost_a_month=2 * DOLLAR)
    await living.ended("Yes.")
    await spends(living, 5, 2 * DOLLAR - 1, cost_source="at-most", cost_currency="USD")
    await living.ended("Again.")
    await spends(living, 5, 2 * DOLLAR, cost_source="reported", cost_currency="")
    said, wait = await expects_refusal(tab)
    assert "$2.00 of $2.00 this month" in said
    assert wait > 0
    await spends(living, 5, 9 * DOLLAR, cost_source="reported", cost_currency="TZS")
    await living.ended("Once more.")


async def test_last_month_does_not_count_and_what_is_deleted_does(living: Living) -> None:
    await living.ended("Yes.")
    await spends(living, 40)
    person, first = living.owner.pk, timezone.now().astimezone(UTC).date().replace(day=1)

    def add(day: date) -> None:
        zeros = dict.fromkeys(("stops", "resumes", "cached_tokens", "reasoning_tokens"), 0)
        PastUse.objects.create(
            person=living.owner,
            day=f"{day}",
            answers=1,
            runs=1,
            input_tokens=3,
            output_tokens=4,
            cost_nanos=5,
            **zeros,
        )

    await living.do(lambda: add(first))
    await living.do(lambda: add(first - timedelta(days=1)))
    assert await living.do(lambda: sums.used_since(person, first)) == (47, 5)
    old = datetime.combine(first, datetime.min.time(), UTC) - timedelta(seconds=1)
    await living.do(lambda: Generation.objects.update(created_at=old))
    assert await living.do(lambda: sums.used_since(person, first)) == (7, 5)


async def test_it_holds_for_the_api_edits_new_answers_resumes_and_the_line(
    living: Living, tab: Tab
) -> None:
    stopped = await living.answering("A prompt")
    await stopped.says("Half of")
    run = await stopped.stops()
    await spends(living, 10)
    await limited(living, tokens_a_month=10)
    message = await living.do(lambda: Message.objects.get(pk=run.message_id))
    owner, before = living.owner, await living.do(Generation.objects.count)
    for act in (actions.regenerate, actions.resume):
        with pytest.raises(TooMuch, match="10 of 10 tokens"):
            await living.do(partial(act, owner, uuid.uuid4(), message))
    edited = await tab.post(f"/m/{message.parent_id}/edit/", text="Anew", model=f"puppet/{TELLER}")
    assert (edited.status_code, "Anew" in edited.content.decode()) == (429, True)
    secret = (await living.do(lambda: granting.make(owner, uuid.uuid4(), "It", "write"))).text
    told = await Tab().request(
        *("post", "/api/v1/conversations/"),
        headers={"Authorization": f"Bearer {secret}"},
        data='{"prompt": "Hello", "model": "puppet/teller"}',
        content_type="application/json",
    )
    assert told.status_code == 429
    assert int(told.headers["Retry-After"]) > 0
    assert "10 of 10 tokens" in told.content.decode()
    assert await living.do(Generation.objects.count) == before


async def test_a_prompt_in_line_is_held_until_somebody_sends_it(living: Living) -> None:
    line = await line_behind(living, "Two?")
    await limited(living, tokens_a_month=0)
    await line.answer.finishes()
    await line.until(("Two?", "limit"))


async def test_files_are_taken_up_to_a_persons_own_storage(living: Living) -> None:
    size = (await living.do(lambda: picture_of(living.owner, "one"))).size
    run = await living.ended("Yes.")

    def keep(name: str) -> None:
        keeping.keep(living.owner.pk, run.message_id, png(), "image/png", name)

    await living.do(lambda: keep("two.png"))
    used = await living.do(lambda: keeping.used(living.owner.pk))
    await limited(living, storage=2 * used - size)
    await living.do(lambda: keep("three.png"))
    await limited(living, storage=2 * used - size + 1)
    with pytest.raises(Refused, match="Your files take"):
        await living.do(lambda: keep("four.png"))


async def test_a_persons_own_numbers_hold_for_them_alone(living: Living, settings: Any) -> None:
    settings.SENDS_A_MINUTE = 1
    await limited(living, sends_a_minute=2)
    other = await living.do(lambda: User.objects.create_user("other"))
    await living.ended("Yes.")
    await living.ended("Again.")
    with pytest.raises(TooMuch, match="2 messages a minute"):
        await living.send()
    living.owner = other
    await living.ended("Mine.")
    with pytest.raises(TooMuch, match="1 messages a minute"):
        await living.send()


@pytest.mark.django_db
def test_where_nothing_is_limited_nothing_is_added_up(
    owner: User, django_assert_num_queries: Any
) -> None:
    from conversations.quotas import holding

    quotas = holding.of(owner.pk)
    with django_assert_num_queries(0):
        monthly.check(owner.pk, quotas)
    with pytest.raises(Spent):
        monthly.check(owner.pk, quotas._replace(tokens_a_month=0))
