"""How much one person, and one process, may begin: L5, L6, and what a month may cost."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone

from conversations import access
from conversations.access import Person
from conversations.languages.texts import lazy_text
from conversations.quotas import holding
from conversations.quotas.rules import Quotas
from conversations.roles import rights
from conversations.roles.rights import Right
from conversations.sentences import READ_ONLY
from streaming.costs.models import PastUse
from streaming.error_messages import replies
from streaming.models import Generation
from streaming.quota import monthly
from streaming.quota.spent import Spent

NTH_BEGUN = """(
    SELECT created_at > %s FROM streaming_generation
    WHERE requested_by_id = %s AND NOT automatic AND replaced IS NULL
    ORDER BY id DESC LIMIT 1 OFFSET %s
)"""
COUNTS = f"""
SELECT (
    SELECT count(*) FROM streaming_generation WHERE requested_by_id = %s AND status = 'running'
), (
    SELECT coalesce(sum(answers), 0) FROM {PastUse._meta.db_table}
    WHERE person_id = %s AND day >= %s
), {NTH_BEGUN}, {NTH_BEGUN}
"""  # noqa: S608 (made of constants)


DAY = timedelta(days=1)


class Limit(NamedTuple):
    """So many answers in that time."""

    most: int
    span: timedelta
    name: str


class Counts(NamedTuple):
    """Of one person: what runs, what of today is deleted for good, which limits may be met."""

    running: int
    gone: int
    a_minute: bool | None
    a_day: bool | None


class Turn(NamedTuple):
    """How many answers of the person run, and whether a further one need not wait for them."""

    running: int
    has_come: bool


def check(user: Person, running_here: int) -> Turn:
    """Whether another answer of this person has its turn; raises Spent if none may begin now.

    In the transaction that begins it: no other of this person's passes here until it is over.
    """
    if not rights.may(user, Right.WRITE):
        raise Spent(READ_ONLY)
    if running_here >= settings.RUNNING_GENERATIONS + settings.WAITING_GENERATIONS:
        raise Spent(replies.TOO_MUCH_HERE, 5)
    access.hold(user)
    quotas = holding.of(user.pk)
    limits = _limits(quotas)
    found = _counts(user, limits)
    running = found.running
    if running >= quotas.running + settings.WAITING_PER_USER:
        raise Spent(replies.too_many_running(running))
    if found.gone or found.a_minute or found.a_day:
        _refuse(user, limits, found.gone)
    monthly.check(user.pk, quotas)
    return Turn(running, running < quotas.running)


def _limits(quotas: Quotas) -> tuple[Limit, Limit]:
    return (
        Limit(quotas.sends_a_minute, timedelta(minutes=1), lazy_text("a minute")),
        Limit(quotas.sends_a_day, DAY, lazy_text("a day")),
    )


def _counts(user: Person, limits: Iterable[Limit]) -> Counts:
    """Asked of every answer begun."""
    now = timezone.now()
    values: list[int | str | datetime | None] = [user.pk, user.pk, f"{now.date()}"]
    for limit in limits:
        since = connection.ops.adapt_datetimefield_value(now - limit.span)
        values += [since, user.pk, limit.most - 1]
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, values)
        return Counts(*cursor.fetchone())


def _refuse(user: Person, limits: Iterable[Limit], gone: int) -> None:
    """Raise Spent, with the wait, if one of the limits is reached.

    What was sent today (UTC) and is deleted for good counts in the limit of a day until midnight.
    """
    now = timezone.now()
    own = Generation.objects.filter(requested_by_id=user.pk)
    begun = (
        own.filter(automatic=False, replaced=None)
        .order_by("-pk")
        .values_list("created_at", flat=True)
    )
    for most, span, name in limits:
        kept = most - gone if span >= DAY else most
        first = begun[kept - 1 : kept].first() if kept > 0 else None
        left = first + span - now if first else timedelta()
        if kept <= 0:
            left = datetime.combine(now.date() + DAY, time(), UTC) - now
        if left > timedelta():
            wait = math.ceil(left.total_seconds())
            raise Spent(replies.too_many_sent(most, name, wait), wait)
