"""How much one person, and one process, may begin: L5, L6."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone

from conversations import access
from conversations.access import Person
from conversations.languages.texts import lazy_text
from conversations.roles import rights
from conversations.roles.rights import Right
from conversations.sentences import READ_ONLY
from streaming.error_messages import replies
from streaming.models import Generation

NTH_BEGUN = """(
    SELECT created_at > %s FROM streaming_generation
    WHERE requested_by_id = %s AND NOT automatic AND replaced IS NULL
    ORDER BY id DESC LIMIT 1 OFFSET %s
)"""
COUNTS = f"""
SELECT (
    SELECT count(*) FROM streaming_generation WHERE requested_by_id = %s AND status = 'running'
), {NTH_BEGUN}, {NTH_BEGUN}
"""  # noqa: S608 (made of constants)


class Limit(NamedTuple):
    """So many answers in that time."""

    most: int
    span: timedelta
    name: str


class Spent(Exception):
    """No more now; the sentence says the limit, and `wait` how many seconds, if that is known."""

    def __init__(self, sentence: str, wait: int | None = None) -> None:
        super().__init__(sentence)
        self.wait = wait


def check(user: Person, running_here: int) -> int:
    """How many answers of this person run; raises Spent if they may not begin another now.

    In the transaction that begins it: no other of this person's passes here until it is over.
    """
    if not rights.may(user, Right.WRITE):
        raise Spent(READ_ONLY)
    if running_here >= settings.RUNNING_GENERATIONS:
        raise Spent(replies.TOO_MUCH_HERE, 5)
    access.hold(user)
    running, *spent = _counts(user)
    if running >= settings.RUNNING_PER_USER + settings.WAITING_PER_USER:
        raise Spent(replies.too_many_running(running))
    if any(spent):
        _refuse(user)
    return running


def _limits() -> tuple[Limit, Limit]:
    return (
        Limit(settings.SENDS_A_MINUTE, timedelta(minutes=1), lazy_text("a minute")),
        Limit(settings.SENDS_A_DAY, timedelta(days=1), lazy_text("a day")),
    )


def _counts(user: Person) -> tuple[int, bool | None, bool | None]:
    """How many run, and of each limit whether it may be reached: asked of every answer begun."""
    now = timezone.now()
    values: list[int | str | datetime | None] = [user.pk]
    for limit in _limits():
        since = connection.ops.adapt_datetimefield_value(now - limit.span)
        values += [since, user.pk, limit.most - 1]
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, values)
        row: tuple[int, bool | None, bool | None] = cursor.fetchone()
    return row


def _refuse(user: Person) -> None:
    """Raise Spent, with the wait, if one of the limits is reached."""
    own = Generation.objects.filter(requested_by_id=user.pk)
    begun = (
        own.filter(automatic=False, replaced=None)
        .order_by("-pk")
        .values_list("created_at", flat=True)
    )
    for most, span, name in _limits():
        first = begun[most - 1 : most].first()
        left = first + span - timezone.now() if first else timedelta()
        if left > timedelta():
            wait = math.ceil(left.total_seconds())
            raise Spent(replies.too_many_sent(most, name, wait), wait)
