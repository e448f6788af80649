"""Keys for the forms of a page, each for one send: random, but alike, so that they compress well.

A page of 40 messages has a hundred of them, which were a fifth of what it weighed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from uuid import UUID, uuid4

from django.http import HttpRequest

LAST_BITS = 24
"""In which the keys of a page differ; the other bits nobody can guess."""


def form_keys(_request: HttpRequest) -> dict[str, Iterator[UUID]]:
    """For every template that is rendered for a request; `{% new_key %}` takes the next one."""
    return {"form_keys": _keys(uuid4().int >> LAST_BITS << LAST_BITS)}


def _keys(first: int) -> Iterator[UUID]:
    return (UUID(int=first + number) for number in count(1))
