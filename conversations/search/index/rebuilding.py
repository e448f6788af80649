"""Makes the whole index anew, some texts at a time, while the site runs.

Each part is one transaction that holds the texts it reads: whoever writes one of them comes before
or after, and indexes it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias
from uuid import UUID

from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import QuerySet

from conversations.models import Conversation, Message, SearchEntry
from conversations.search.index import entries, schema
from conversations.search.index.rows import PLAIN, Ending

AT_ONCE = 100
Endings: TypeAlias = Callable[[Sequence[int]], Mapping[int, Ending]]
"""Tells of some answers who wrote them and how they ended."""


def number_of_texts() -> int:
    return Conversation.everything.count() + Message.everything.exclude(text="").count()


def rebuild(endings: Endings) -> Iterator[int]:
    """Index every text; yields how many are done. A damaged index is made anew first."""
    schema.create(connection)
    try:
        yield from _all(endings)
    except OperationalError:
        raise
    except DatabaseError:
        if connection.vendor != "sqlite":
            raise
        _start_over()
        yield from _all(endings)


@transaction.atomic
def _start_over() -> None:
    schema.drop(connection)
    SearchEntry.objects.all().delete()
    schema.create(connection)


def _all(endings: Endings) -> Iterator[int]:
    done = 0
    for part in _parts(Conversation.everything.all()):
        with transaction.atomic():
            done += _index_titles(part)
        yield done
    for part in _parts(Message.everything.exclude(text="")):
        with transaction.atomic():
            done += _index_messages(part, endings)
        yield done
    SearchEntry.objects.filter(message__text="").delete()


def _index_titles(pks: Sequence[UUID]) -> int:
    conversations = list(_held(Conversation.everything.filter(pk__in=pks)))
    entries.write([SearchEntry(**entries.title_of(each).row()) for each in conversations])
    return len(conversations)


def _index_messages(pks: Sequence[int], endings: Endings) -> int:
    rows = Message.everything.filter(pk__in=pks).exclude(text="").select_related("conversation")
    messages = list(_held(rows))
    told = endings([each.pk for each in messages])
    entries.write(
        [SearchEntry(**entries.text_of(each).row(told.get(each.pk, PLAIN))) for each in messages]
    )
    return len(messages)


def _held(rows: QuerySet[Any]) -> QuerySet[Any]:
    """These rows in order, which nobody changes or deletes before the transaction ends."""
    return rows.order_by("pk").select_for_update(of=("self",))


def _parts(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """The numbers of all rows, some at a time; those that are made meanwhile index themselves."""
    part: list[Any] = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    while part:
        yield part
        following = rows.filter(pk__gt=part[-1]).order_by("pk").values_list("pk", flat=True)
        part = list(following[:AT_ONCE])
