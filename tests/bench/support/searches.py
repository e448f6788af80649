"""Fills the database that the settings name, and times searches in it; run by `tests.bench.search`.

Fails where p95 of all searches, or of one kind of them, is over the budget, and where one finds
anything else than reading every text does.
"""

from __future__ import annotations

import math
import statistics
import sys
import time
from collections.abc import Sequence

import django

from tests.bench.support.search_corpus import fill, queries
from tests.bench.support.search_truth import differences

BUDGET_MS = 50.0
ROUNDS = 5


def milliseconds(owner_id: int, spelled: str) -> float:
    """How long the search takes: the median of some rounds."""
    from conversations.search.finding import find
    from conversations.search.hits import hit
    from conversations.search.query import parse

    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        query = parse(spelled)
        for entry in find(owner_id, query).entries:
            hit(entry, query)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that so many percent of them do not exceed."""
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1]


def report(kind: str, took: Sequence[float]) -> bool:
    """Print a line; whether p95 is within the budget."""
    p50, p95 = percentile(took, 50), percentile(took, 95)
    good = p95 < BUDGET_MS
    print(
        f"  {kind:42} {len(took):3} queries  p50 {p50:6.1f} ms  p95 {p95:6.1f} ms"
        + ("" if good else f"  over the budget of {BUDGET_MS:.0f} ms"),
        flush=True,
    )
    return good


def measure(owner_id: int) -> bool:
    milliseconds(owner_id, "the first one waits for all that is imported then")
    by_kind = {
        kind: [milliseconds(owner_id, query) for query in some] for kind, some in queries().items()
    }
    good = [report(kind, took) for kind, took in by_kind.items()]
    good.append(report("all", [each for took in by_kind.values() for each in took]))
    return all(good)


def main() -> int:
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    owner = User.objects.create_user("owner")
    began = time.perf_counter()
    fill(owner.pk)
    print(f"  filled in {time.perf_counter() - began:.0f} s")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    good = measure(owner.pk)
    others = list(differences(owner.pk, [each for some in queries().values() for each in some]))
    print(f"  not what reading every text finds: {', '.join(others) or 'none'}", flush=True)
    return 0 if good and not others else 1


if __name__ == "__main__":
    django.setup()
    sys.exit(main())
