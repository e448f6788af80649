"""A place in the list of conversations: it stays where it is while conversations move or go."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from conversations.models import Conversation

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
IN_LIST = Q(archived__in=[False])
NOT_PINNED = Q(pinned__in=[False])
"""`IN` and not `=`, which Django spells as `NOT pinned`: SQLite finds no index for that."""

SPELLED = re.compile(r"(p?)([0-9]{1,17})-([0-9a-f]{32})")
"""Seventeen digits of microseconds: no such time lies beyond the last year that there is."""


class BadPlace(ValueError):
    """What should name a place names none."""


class Place(NamedTuple):
    """Right behind a conversation with these values, whether or not it still has them."""

    pinned: bool
    updated_at: datetime
    pk: UUID

    @classmethod
    def of(cls, conversation: Conversation) -> Place:
        return cls(conversation.pinned, conversation.updated_at, conversation.pk)

    @classmethod
    def read(cls, spelled: str) -> Place:
        """The place that `str` spelled so; raises BadPlace."""
        found = SPELLED.fullmatch(spelled)
        if found is None:
            raise BadPlace(spelled)
        pinned, microseconds, pk = found.groups()
        return cls(bool(pinned), EPOCH + int(microseconds) * MICROSECOND, UUID(pk))

    def __str__(self) -> str:
        return f"{'p' * self.pinned}{(self.updated_at - EPOCH) // MICROSECOND}-{self.pk.hex}"

    @property
    def behind(self) -> Q:
        """What the list has after this place."""
        older = Q(updated_at__lt=self.updated_at) | Q(pk__lt=self.pk)
        behind = Q(pinned__in=[self.pinned], updated_at__lte=self.updated_at) & older
        return behind | NOT_PINNED if self.pinned else behind
