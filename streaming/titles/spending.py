"""What the titles of a conversation used and cost, to be counted with its answers."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

from conversations.prepared import SOME_UUID, Prepared
from streaming.journal import usage
from streaming.titles.models import TitleRequest


def spent_on(conversation_id: UUID) -> list[tuple[Any, ...]]:
    """The sums, as `usage.of_conversation` takes them; every page of it asks."""
    return _sums().rows(conversation_id)


@cache
def _sums() -> Prepared:
    own = TitleRequest.objects.filter(conversation=SOME_UUID)
    return Prepared(usage.sums(own), SOME_UUID)
