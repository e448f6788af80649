"""The one place where ownership is checked: rows are found through the person who asks.

Somebody else's row, a row that does not exist and one in the trash are the same 404.
"""

from __future__ import annotations

from functools import cache
from typing import TypeVar
from uuid import UUID

from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest

from conversations.models import Conversation, Message
from conversations.prepared import SOME_NUMBER, SOME_UUID, PreparedRow
from conversations.roles import rights
from conversations.roles.rights import Right

Person = User
M = TypeVar("M", bound=Model)


def person(request: HttpRequest) -> Person:
    """Who asks: every view that is reached needs a sign-in."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def administrator(request: HttpRequest) -> Person:
    """Who asks, if that person may change the site; everybody else gets a 404."""
    user = person(request)
    if not rights.may(user, Right.ADMINISTER):
        raise Http404
    return user


def hold(user: Person) -> None:
    """Of this person's transactions that come here, one at a time passes, until it is over.

    For what may be there only so often: it is counted after this.
    """
    if connection.features.has_select_for_update:  # SQLite lets one write anyway
        User.objects.select_for_update(no_key=True).get(pk=user.pk)


def save(row: Model, *fields: str) -> None:
    """These fields of a row that was found a moment ago; a 404 if it was deleted meanwhile."""
    try:
        with transaction.atomic():
            row.save(update_fields=fields)
    except DatabaseError:
        if type(row)._base_manager.filter(pk=row.pk).exists():
            raise
        raise Http404 from None


def conversation(user: Person, pk: UUID) -> Conversation:
    found = _conversation().first(user.pk, pk)
    if found is None:
        raise Http404
    return found


@cache
def _conversation() -> PreparedRow[Conversation]:
    own = Conversation.objects.filter(owner_id=SOME_NUMBER, pk=SOME_UUID)
    return PreparedRow(own, SOME_NUMBER, SOME_UUID)


def message(user: Person, pk: int) -> Message:
    return through(Message.objects.visible(), user, "conversation__owner_id", pk)


def through(rows: QuerySet[M], user: Person, owner: str, pk: UUID | int) -> M:
    """The one of `rows` that belongs to this user, by the lookup `owner`; raises Http404."""
    found = rows.filter(**{owner: user.pk}, pk=pk).first()
    if found is None:
        raise Http404
    return found
