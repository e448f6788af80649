"""What a person's answers used and cost, added up by the database: by day, model and project.

A day is one in UTC, on which an answer was begun. Edits are no answers; what was undone, and what
lies in the trash, was paid for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import CharField, Count, F, Func, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from streaming.costs.bill import DOLLARS, Bill, added
from streaming.costs.models import PastUse
from streaming.models import Generation

TOKENS = ("input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens")
COUNTS = ("answers", "stops", "resumes", "runs")
GROUPS = ("day", "provider", "model", "project", "cost_source", "cost_currency")
COLUMNS = (*GROUPS, *COUNTS, *TOKENS, "cost_nanos")


class DayOf(Func):
    """The day of a moment in UTC, "2026-11-27"."""

    output_field = CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="substr(%(expressions)s, 1, 10)")

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
        return self.as_sql(compiler, connection, template=template)


class Line(NamedTuple):
    """Of one day, model and project, as far as its cost has one source and currency."""

    day: str
    provider: str
    model: str
    project: int | None
    cost_source: str
    cost_currency: str
    answers: int
    stops: int
    resumes: int
    runs: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    reasoning_tokens: int
    cost_nanos: int | None


class Total:
    """Lines together. They are added up once: a page asks for the same sum again and again."""

    def __init__(self, found: Iterable[Line] = ()) -> None:
        self._lines = tuple(found)

    def of(self, name: str) -> int:
        return self._sums[name]

    @cached_property
    def _sums(self) -> dict[str, int]:
        names = (*COUNTS, *TOKENS)
        return {name: sum(getattr(line, name) for line in self._lines) for name in names}

    @property
    def answers(self) -> int:
        return self.of("answers")

    @property
    def stops(self) -> int:
        return self.of("stops")

    @property
    def resumes(self) -> int:
        return self.of("resumes")

    @property
    def input_tokens(self) -> int:
        return self.of("input_tokens")

    @property
    def cached_tokens(self) -> int:
        return self.of("cached_tokens")

    @property
    def output_tokens(self) -> int:
        return self.of("output_tokens")

    @property
    def reasoning_tokens(self) -> int:
        return self.of("reasoning_tokens")

    @cached_property
    def bill(self) -> Bill:
        return added(line._asdict() for line in self._lines if line.cost_source)

    @property
    def nanos(self) -> int:
        """Dollars that are known, for a plot."""
        return self.bill.known.get("USD", 0)


def lines(person: int, first: date, end: date) -> list[Line]:
    """Of a person's answers from the first day to the one before `end`."""
    moments = [datetime.combine(day, time(), UTC) for day in (first, end)]
    own = Generation.objects.filter(
        requested_by=person, created_at__gte=moments[0], created_at__lt=moments[1]
    )
    past = PastUse.objects.filter(person=person, day__gte=f"{first}", day__lt=f"{end}")
    gone = past.values_list(*GROUPS).annotate(
        **{f"sum_{name}": Sum(name) for name in (*COUNTS, *TOKENS, "cost_nanos")}
    )
    return [Line(*row) for row in (*grouped(own), *gone)]


class Used(NamedTuple):
    """Tokens in and out together; billionths of a dollar, bounds of answers that were cut too."""

    tokens: int
    nanos: int


def used_since(person: int, first: date) -> Used:
    """By a person's answers from that day on, without those that are being written."""
    moment = datetime.combine(first, time(), UTC)
    own = Generation.objects.filter(requested_by=person, created_at__gte=moment, replaced=None)
    past = PastUse.objects.filter(person=person, day__gte=f"{first}")
    dollars = Q(cost_currency__in=("", DOLLARS))
    found = [
        runs.order_by().aggregate(
            tokens=Coalesce(Sum(F("input_tokens") + F("output_tokens")), 0),
            some=Coalesce(Sum("input_tokens", filter=Q(output_tokens=None)), 0),
            others=Coalesce(Sum("output_tokens", filter=Q(input_tokens=None)), 0),
            nanos=Coalesce(Sum("cost_nanos", filter=dollars), 0),
        )
        for runs in (own.exclude(status="running"), past)
    ]
    tokens = sum(each["tokens"] + each["some"] + each["others"] for each in found)
    return Used(tokens, sum(each["nanos"] for each in found))


def grouped(runs: QuerySet[Generation]) -> QuerySet[Any, Any]:
    """Their sums in the order of COLUMNS."""
    ended = runs.exclude(status="running").filter(replaced=None).order_by()
    none = Value(0)
    return (
        ended.annotate(on=DayOf(F("created_at")), kept_in=F("conversation__project"))
        .values_list("on", "provider", "model", "kept_in", "cost_source", "cost_currency")
        .annotate(
            answers=Count("pk", filter=Q(resume_mode="")),
            stops=Count("pk", filter=Q(status="cancelled")),
            resumes=Count("pk", filter=~Q(resume_mode="")),
            runs=Count("pk"),
            **{f"sum_{name}": Coalesce(Sum(name), none) for name in TOKENS},
            sum_cost=Sum("cost_nanos"),
        )
    )


def by(found: Iterable[Line], key: Callable[[Line], Any]) -> dict[Any, Total]:
    groups: dict[Any, list[Line]] = {}
    for line in found:
        groups.setdefault(key(line), []).append(line)
    return {name: Total(group) for name, group in groups.items()}
