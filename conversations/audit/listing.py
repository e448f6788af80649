"""The log as its page shows it: newest first, a bounded piece at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from conversations.audit.acts import What
from conversations.audit.models import Act

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Some acts, each with its name; `older` is where the next page begins, None on the last."""

    acts: Sequence[tuple[Act, str]]
    older: int | None


def page(person: str = "", before: int | None = None) -> Page:
    """Those by or on somebody of this name, if it is one, which are older than number `before`."""
    acts = Act.objects.order_by("-pk")
    if person:
        acts = acts.filter(Q(who=person) | Q(whom=person))
    if before is not None:
        acts = acts.filter(pk__lt=before)
    rows = list(acts[: PAGE + 1])
    shown = rows[:PAGE]
    older = shown[-1].pk if len(rows) > PAGE else None
    return Page([(act, _name(act.what)) for act in shown], older)


def _name(what: str) -> str:
    """Of one that only an earlier or later version knows, its word."""
    return str(What(what).label) if what in What else what
