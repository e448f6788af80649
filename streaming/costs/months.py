"""Which months a page of usage is about."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

MOST_MONTHS = 12
_MONTH = re.compile(r"([12]\d{3})-(0[1-9]|1[0-2])")


class Months(NamedTuple):
    """From the first day of `first` to the one before `end`, which is one of the next month."""

    first: date
    end: date

    @property
    def last(self) -> date:
        return later(self.end, -1)

    @property
    def days(self) -> list[str]:
        count = range(self.first.toordinal(), self.end.toordinal())
        return [date.fromordinal(day).isoformat() for day in count]


def chosen(first: str, last: str, today: date) -> Months:
    """What a form says, at most a year; this month where it says nothing that is one."""
    start, stop = _month(first) or _month(last), _month(last) or _month(first)
    this = today.replace(day=1)
    start, stop = start or this, stop or this
    start, stop = min(start, stop), max(start, stop)
    return Months(max(start, later(stop, 1 - MOST_MONTHS)), later(stop, 1))


def later(month: date, by: int) -> date:
    """The first of the month so many months later."""
    count = month.year * 12 + month.month - 1 + by
    return date(count // 12, count % 12 + 1, 1)


def _month(text: str) -> date | None:
    found = _MONTH.fullmatch(text.strip())
    return date(int(found[1]), int(found[2]), 1) if found else None
