"""What is counted about the answers of this process, for Prometheus.

Counting costs a fraction of a microsecond for each read of an upstream; what is measured is
measured once for each commit, not for each delta.
"""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

CONTENT_TYPE = CONTENT_TYPE_LATEST
FRAME_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30)
STOP_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)

registry = CollectorRegistry()
ProcessCollector(registry=registry)
PlatformCollector(registry=registry)

DELTAS = Counter("chatsite_deltas", "Deltas that upstreams sent.", registry=registry)
ENTRIES = Counter("chatsite_journal_entries", "Entries committed.", registry=registry)
COMMIT_SECONDS = Histogram(
    "chatsite_frame_commit_seconds",
    "How long the commit of one frame took.",
    buckets=FRAME_BUCKETS,
    registry=registry,
)
SHOWN_SECONDS = Histogram(
    "chatsite_delta_to_frame_seconds",
    "From a frame's first delta to the sending of what it became.",
    buckets=FRAME_BUCKETS,
    registry=registry,
)
STOP_SECONDS = Histogram(
    "chatsite_stop_seconds",
    "From a stop to the closed upstream connection.",
    buckets=STOP_BUCKETS,
    registry=registry,
)
ENDINGS = Counter(
    "chatsite_answers_ended", "Runs by how they ended.", ["status"], registry=registry
)
ERRORS = Counter(
    "chatsite_errors", "Runs that an error ended, by code.", ["code"], registry=registry
)
RESUMES = Counter(
    "chatsite_resumes", "Resumes by way and by who asked.", ["mode", "by"], registry=registry
)
REFUSALS = Counter(
    "chatsite_storage_refusals", "Times that the database refused the journal.", registry=registry
)

RUNNING = Gauge("chatsite_running_answers", "Answers being written here.", registry=registry)
SOCKETS = Gauge("chatsite_sockets", "Open sockets of pages.", registry=registry)
TASKS = Gauge("chatsite_tasks", "What the loop has under way.", registry=registry)
BACKLOG = Gauge("chatsite_journal_backlog", "Parts that wait to be committed.", registry=registry)


def watch(gauge: Gauge, reading: Callable[[], float]) -> None:
    """Read the gauge when it is asked for."""
    gauge.set_function(reading)


def exposition() -> bytes:
    """Everything, as Prometheus reads it."""
    return generate_latest(registry)
