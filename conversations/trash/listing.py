"""What a person's trash holds, newest first, as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Max, Min, Q, QuerySet

from conversations.access import Person
from conversations.models import Deletion, Message
from conversations.trash import copies, moving, purging
from conversations.trash.copies import Copy

AT_ONCE = 40
BEGINNING = 160
"""Characters that a page shows of a message in the trash."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the trash. `waits`: it can come back only after what it belongs to."""

    deletion: Deletion
    title: str
    beginning: str
    messages: int
    goes_at: datetime
    waits: bool
    copies: Sequence[Copy]

    @property
    def pk(self) -> int:
        return self.deletion.pk


class TrashPage(NamedTuple):
    """Some entries; `earlier`: the number before which the next ones are. `newest` of them all."""

    entries: Sequence[Entry]
    earlier: int | None
    newest: int


class Extent(NamedTuple):
    """What is deleted for good: how many messages, and from when to when."""

    messages: int
    first: datetime | None
    last: datetime | None


class Total(NamedTuple):
    """All that a person's trash holds up to a deletion."""

    conversations: int
    branches: int
    extent: Extent


class Leaving(NamedTuple):
    """What is being deleted for good: how many things, and how many messages are left of them."""

    things: int
    messages: int


def page(owner: Person, before: int | None = None) -> TrashPage:
    rows = _own(owner)
    newest = rows.values_list("pk", flat=True).first()
    part = list(_with_rows(rows.filter(pk__lt=before) if before else rows)[: AT_ONCE + 1])
    shown = part[:AT_ONCE]
    counts = _counts(shown)
    entries = [_entry(deletion, counts.get(deletion.pk, 0)) for deletion in shown]
    return TrashPage(entries, shown[-1].pk if len(part) > AT_ONCE else None, newest or 0)


def entry(deletion: Deletion) -> Entry:
    return _entry(deletion, extent(deletion).messages)


def extent(deletion: Deletion) -> Extent:
    return _extent(purging.messages_of(deletion))


def total(owner: Person, up_to: int) -> Total:
    """What emptying the trash deletes."""
    rows = _own(owner).filter(pk__lte=up_to)
    whole = rows.filter(whole=True)
    conversations = whole.values("conversation")
    branches = rows.filter(whole=False).exclude(conversation__in=conversations)
    messages = _extent(Q(conversation__in=conversations) | Q(deletion__in=branches.values("pk")))
    return Total(whole.count(), branches.count(), messages)


def leaving(owner: Person) -> Leaving:
    """What is being deleted for good right now."""
    rows = Deletion.objects.filter(purging.doomed(), owner_id=owner.pk)
    whole = Q(conversation__in=rows.filter(whole=True).values("conversation"))
    parts = Q(deletion__in=rows.filter(whole=False).values("pk"))
    things = rows.count()
    left = Message.everything.filter(whole | parts).count() if things else 0
    return Leaving(things, left)


def goes_at(deletion: Deletion) -> datetime:
    """When it goes for good."""
    time_is_over = deletion.made_at + timedelta(days=settings.TRASH_DAYS)
    thread = deletion.conversation
    hour = thread.temporary_until if thread else None
    return min(time_is_over, hour) if hour else time_is_over


def _own(owner: Person) -> QuerySet[Deletion]:
    return Deletion.objects.filter(moving.in_trash(), owner_id=owner.pk).order_by("-pk")


def _with_rows(rows: QuerySet[Deletion]) -> QuerySet[Deletion]:
    return rows.select_related("conversation", "message__parent")


def _entry(deletion: Deletion, messages: int) -> Entry:
    thread, message = deletion.conversation, deletion.message
    assert thread is not None
    return Entry(
        deletion,
        title=thread.title,
        beginning=message.text[:BEGINNING] if message else "",
        messages=messages,
        goes_at=goes_at(deletion),
        waits=message is not None and moving.is_inside_other_trash(thread, message),
        copies=copies.since(message.created_at if message else thread.created_at),
    )


def _counts(deletions: Sequence[Deletion]) -> Mapping[int, int]:
    """By deletion, how many messages it took away."""
    whole = {each.conversation_id: each.pk for each in deletions if each.whole}
    threads = Message.everything.filter(conversation__in=list(whole)).order_by()
    by_thread = threads.values_list("conversation").annotate(Count("pk"))
    parts = [each.pk for each in deletions if not each.whole]
    branches = Message.everything.filter(deletion__in=parts).order_by()
    by_branch = dict(branches.values_list("deletion").annotate(Count("pk")))
    return {whole[thread]: count for thread, count in by_thread} | by_branch


def _extent(which: Q) -> Extent:
    found = Message.everything.filter(which).aggregate(
        messages=Count("pk"), first=Min("created_at"), last=Max("created_at")
    )
    return Extent(**found)
