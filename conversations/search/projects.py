"""The filter `project:`: which projects somebody means, and how the index is asked for theirs.

A text is not indexed under its project, so that moving a conversation costs one row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from conversations.models import Conversation
from conversations.order import projects
from conversations.search.index.terms import tokens

FEW = 50
"""So many conversations are looked up by name; of more each text that is found is asked."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Texts of `conversations` if those are few, else of all that are in these projects."""

    numbers: Sequence[int] = ()
    conversations: Sequence[UUID] = ()


def kept_in(owner_id: int, names: Iterable[str]) -> Kept:
    """Whatever this person keeps in the projects with these names."""
    wanted = ["".join(tokens(name)) for name in names]
    numbers = [row.pk for row in projects.of(owner_id) if _is_meant(row.name, wanted)]
    rows = Conversation.objects.filter(project__in=numbers).values_list("pk", flat=True)
    found = list(rows[: FEW + 1]) if numbers else []
    return Kept(numbers, found if len(found) <= FEW else ())


def _is_meant(name: str, wanted: Sequence[str]) -> bool:
    """Whether the name, from one of its words on, begins like one of these."""
    words = tokens(name)
    ends = ["".join(words[start:]) for start in range(len(words))]
    return any(end.startswith(each) for end in ends for each in wanted)
