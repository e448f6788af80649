"""The one function that writes the log."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from conversations.audit.acts import What
from conversations.audit.models import THING_CHARACTERS, VALUE_CHARACTERS, Act


class NoTransaction(RuntimeError):
    """The act could be kept without its row, or the row without its act."""


def record(
    by: User | None,
    what: What,
    *,
    whom: User | None = None,
    thing: str = "",
    before: str = "",
    after: str = "",
    key: UUID | None = None,
) -> None:
    """Note what was done; `by` nobody is by the site or from its command line.

    Call it in the transaction of the act, once that has changed something; raises NoTransaction
    outside. With the `key` of a form that may come again, there is one row for it. Never hand in a
    key, a password, a link or words of a conversation.
    """
    if not connection.in_atomic_block:
        raise NoTransaction
    now = timezone.now()
    act = Act(
        at=now,
        kept_until=now + timedelta(days=settings.AUDIT_DAYS),
        who=by.get_username() if by else "",
        who_number=by.pk if by else None,
        what=what.value,
        whom=whom.get_username() if whom else "",
        whom_number=whom.pk if whom else None,
        thing=_cut(thing, THING_CHARACTERS),
        before=_cut(before, VALUE_CHARACTERS),
        after=_cut(after, VALUE_CHARACTERS),
        key=key,
    )
    Act.objects.bulk_create([act], ignore_conflicts=key is not None)


def record_change(
    by: User | None,
    what: What,
    before: str,
    after: str,
    *,
    whom: User | None = None,
    thing: str = "",
) -> None:
    """As `record`, unless nothing has changed: a form that comes again leaves no second row."""
    if before != after:
        record(by, what, whom=whom, thing=thing, before=before, after=after)


def on_or_off(is_on: bool) -> str:
    """A switch as the log writes it."""
    return "on" if is_on else "off"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
