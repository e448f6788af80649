"""What everybody's answers used and cost in a month: by person, by model, and in all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from conversations.files.models import File
from streaming.costs.bill import Bill, added
from streaming.costs.models import PastUse
from streaming.costs.months import Months
from streaming.models import Generation

PAGE = 50
COST = ("cost_source", "cost_currency")
NUMBERS = ("answers", "runs", "tokens_in", "tokens_out", "cost_nanos")


@dataclass(frozen=True, slots=True)
class Use:
    """Of somebody, of a model, or of all; the cost in words."""

    answers: int
    tokens_in: int
    tokens_out: int
    bill: Bill


class Person(NamedTuple):
    """`storage` is in bytes, and of today."""

    user: User
    use: Use
    storage: int


class People(NamedTuple):
    """Some of them by name; `more` is the name after which the next page begins, "" on the last."""

    rows: Sequence[Person]
    more: str


class Models(NamedTuple):
    """Those with the most answers, each a provider and a model; so many `others` are left out."""

    rows: Sequence[tuple[tuple[str, str], Use]]
    others: int


def people(months: Months, after: str) -> People:
    found = User.objects.filter(leaving=None, username__gt=after).order_by("username")
    users = list(found[: PAGE + 1])
    shown = users[:PAGE]
    pks = [user.pk for user in shown]
    live, past = _runs(months)
    used = _added(
        live.filter(requested_by__in=pks), past.filter(person__in=pks), "requested_by", "person"
    )
    there = File.objects.filter(Q(doomed_at=None) | Q(doomed_at__gt=timezone.now()))
    sizes = there.filter(owner__in=pks).order_by().values_list("owner").annotate(Sum("size"))
    storage = dict(sizes)
    rows = [Person(user, used.get((user.pk,), _use(())), storage.get(user.pk, 0)) for user in shown]
    return People(rows, shown[-1].username if len(users) > PAGE else "")


def models(months: Months) -> Models:
    live, past = _runs(months)
    used = _added(live, past, ("provider", "model"), ("provider", "model"))
    rows = sorted(used.items(), key=lambda each: (-each[1].answers, each[0]))
    return Models(rows[:PAGE], max(len(rows) - PAGE, 0))


def _runs(months: Months) -> tuple[QuerySet[Generation], QuerySet[PastUse]]:
    first, end = (datetime.combine(day, time(), UTC) for day in (months.first, months.end))
    ended = Generation.objects.filter(created_at__gte=first, created_at__lt=end, replaced=None)
    past = PastUse.objects.filter(day__gte=f"{months.first}", day__lt=f"{months.end}")
    return ended.exclude(status="running").exclude(requested_by=None), past


def _added(
    live: QuerySet[Generation],
    past: QuerySet[PastUse],
    by: str | tuple[str, ...],
    by_past: str | tuple[str, ...],
) -> Mapping[tuple[Any, ...], Use]:
    """By these columns of each, what is kept and what was deleted together."""
    columns, past_columns = ((each,) if isinstance(each, str) else each for each in (by, by_past))
    kept = (
        live.order_by()
        .values_list(*columns, *COST)
        .annotate(
            sum_answers=Count("pk", filter=Q(resume_mode="")),
            sum_runs=Count("pk"),
            sum_in=Coalesce(Sum("input_tokens"), 0),
            sum_out=Coalesce(Sum("output_tokens"), 0),
            sum_cost=Sum("cost_nanos"),
        )
    )
    gone = (
        past.order_by()
        .values_list(*past_columns, *COST)
        .annotate(
            sum_answers=Sum("answers"),
            sum_runs=Sum("runs"),
            sum_in=Sum("input_tokens"),
            sum_out=Sum("output_tokens"),
            sum_cost=Sum("cost_nanos"),
        )
    )
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in (*kept, *gone):
        key, values = row[: len(columns)], row[len(columns) :]
        line = dict(zip((*COST, *NUMBERS), values, strict=True))
        groups.setdefault(key, []).append(line)
    return {key: _use(lines) for key, lines in groups.items()}


def _use(lines: Iterable[Mapping[str, Any]]) -> Use:
    lines = list(lines)
    answers, tokens_in, tokens_out = (
        sum(line[name] for line in lines) for name in ("answers", "tokens_in", "tokens_out")
    )
    bill = added(line for line in lines if line["cost_source"])
    return Use(answers, tokens_in, tokens_out, bill)
