"""What a person does to one conversation or to many: how they shall be, and how they were.

All that is asked for is a state, so that a request which comes again finds nothing left to do.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.dispatch import Signal

from conversations.access import Person
from conversations.models import Conversation
from conversations.order import projects

changed = Signal()
"""Sent with `owner_id`, in the transaction, when that person's conversations are kept otherwise."""

Value = bool | int | None


@dataclass(frozen=True, slots=True)
class Change:
    """`column` shall be `value`: `pinned`, `archived`, or `project_id`."""

    column: str
    value: Value


@dataclass(frozen=True, slots=True)
class Done:
    """What a change did: which conversations are not as they were, and how they were."""

    change: Change
    before: Mapping[UUID, Value] = field(default_factory=dict)
    title: str = ""

    @property
    def undo(self) -> Change | None:
        """What makes it undone; None where nothing was done, or to too many different ones."""
        values = set(self.before.values())
        return Change(self.change.column, values.pop()) if len(values) == 1 else None

    @property
    def keys(self) -> str:
        return " ".join(str(pk) for pk in self.before)


class ProjectIsGone(Exception):
    """Somebody deleted it since it was chosen."""


def apply(user: Person, pks: Collection[UUID], change: Change) -> Done:
    """Let those of these conversations that are this person's be so; raises ProjectIsGone."""
    with transaction.atomic():
        if change.column == "project_id" and change.value is not None:
            _hold_project(user, change.value)
        own = Conversation.objects.filter(owner_id=user.pk, pk__in=pks).order_by("pk")
        rows = own.select_for_update(no_key=True).values_list("pk", "title", change.column)
        others = [row for row in rows if row[2] != change.value]
        if others:
            touched = Conversation.objects.filter(pk__in=[pk for pk, _, _ in others])
            touched.update(**{change.column: change.value})
            changed.send(sender=Conversation, owner_id=user.pk)
    before = {pk: value for pk, _, value in others}
    return Done(change, before, others[0][1] if others else "")


def _hold_project(user: Person, pk: int) -> None:
    if not projects.hold(pk, user.pk):
        raise ProjectIsGone
