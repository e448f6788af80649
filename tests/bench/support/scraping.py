"""What sites count about themselves, from their `/metrics`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.support.site import Site

COMMIT = "chatsite_frame_commit_seconds"
ENTRIES = "chatsite_journal_entries_total"

Counts = Counter[tuple[str, str]]
"""By name and, in a histogram, the upper bound of the bucket; several processes are summed."""


async def scrape(sites: Iterable[Site]) -> Counts:
    counts: Counts = Counter()
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        for site in sites:
            reply = await client.get(f"{site.base_url}/metrics")
            assert reply.status_code == 200, reply.text
            for family in text_string_to_metric_families(reply.text):
                for sample in family.samples:
                    counts[sample.name, sample.labels.get("le", "")] += sample.value  # type: ignore[assignment]
    return counts


def between(before: Counts, after: Counts) -> Counts:
    found = Counter(after)
    found.subtract(before)
    return found


def quantile(counts: Counts, histogram: str, share: float) -> float:
    """In milliseconds, within its bucket as Prometheus guesses it: on a straight line."""
    name = f"{histogram}_bucket"
    buckets = sorted((float(bound), count) for (one, bound), count in counts.items() if one == name)
    wanted, low, below = buckets[-1][1] * share, 0.0, 0
    for bound, count in buckets[:-1]:
        if count >= wanted > below:
            return (low + (bound - low) * (wanted - below) / (count - below)) * 1000
        low, below = bound, count
    return low * 1000
