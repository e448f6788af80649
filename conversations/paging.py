"""Places in the list of conversations, which stay while conversations move or are deleted."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol
from uuid import UUID

from django.db.models import Q

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
IN_LIST, IN_ARCHIVE = Q(archived__in=[False]), Q(archived__in=[True])
NOT_PINNED = Q(pinned__in=[False])
"""`IN`, for Django writes `= false` as `NOT pinned`, and SQLite finds no index for that."""

SPELLED = re.compile(r"(p?)([0-9]{1,17})-([0-9a-f]{32})")
"""Seventeen digits of microseconds always are a time that `datetime` can hold."""


class Listable(Protocol):
    """What has a place in the list."""

    @property
    def pinned(self) -> bool: ...

    @property
    def updated_at(self) -> datetime: ...

    @property
    def pk(self) -> UUID: ...


class BadPlace(ValueError):
    """The text names no place."""


class Place(NamedTuple):
    """Right after a conversation with these values, whether or not it still has them."""

    pinned: bool
    updated_at: datetime
    pk: UUID

    @classmethod
    def of(cls, listed: Listable) -> Place:
        return cls(listed.pinned, listed.updated_at, listed.pk)

    @classmethod
    def read(cls, spelled: str) -> Place:
        """The place whose `str` this is; raises BadPlace."""
        found = SPELLED.fullmatch(spelled)
        if found is None:
            raise BadPlace(spelled)
        pinned, microseconds, pk = found.groups()
        return cls(bool(pinned), EPOCH + int(microseconds) * MICROSECOND, UUID(pk))

    def __str__(self) -> str:
        return f"{'p' * self.pinned}{(self.updated_at - EPOCH) // MICROSECOND}-{self.pk.hex}"

    @property
    def after(self) -> Q:
        """What the list has after this place."""
        older = Q(updated_at__lt=self.updated_at) | Q(pk__lt=self.pk)
        after = Q(pinned__in=[self.pinned], updated_at__lte=self.updated_at) & older
        return after | NOT_PINNED if self.pinned else after
