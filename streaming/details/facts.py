"""The facts of an answer, in words: who wrote which part of it, how, for how much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from streaming.catalog.provider_registry import provider_config
from streaming.error_messages import endings
from streaming.journal import usage
from streaming.live.answers import notices
from streaming.models import Generation, Recording
from streaming.providers.billing import Billing, billing
from streaming.runs.standing import standing_runs

Status = Generation.Status

IN_LINE_SECONDS = 0.5
"""A turn that came sooner was nothing that anybody waited for."""

WAYS = {
    "replay": "read on where the provider kept it (replay)",
    "prefill": "continued from the open answer (prefill)",
    "prefill_echo": "continued from the open answer, which the model repeats (prefill)",
    "instruct": "told to continue (instruction)",
}
ENDS = {
    Status.RUNNING: "writing",
    Status.FINISHED: "finished",
    Status.CANCELLED: "stopped",
    Status.FAILED: "broken off",
    Status.INTERRUPTED: "interrupted",
}


class Fact(NamedTuple):
    """`code`: for machines, to be copied. `moment`: a time, to be told in the reader's own."""

    name: str
    words: str
    code: bool = False
    moment: datetime | None = None


class Detail(NamedTuple):
    """One generation: who wrote, the facts of it, and what its stop means for the bill."""

    run: Generation
    who: str
    facts: Sequence[Fact]
    billing: Billing | None
    recording: Recording | None


def of(runs: Sequence[Generation]) -> list[Detail]:
    """Every generation of an answer in order, those that were undone too."""
    remarks = _metadata(runs)
    return [
        Detail(
            run,
            _who(run),
            [
                *_facts(run),
                *(Fact("Metadata", told, code=True) for told in remarks.get(run.pk, ())),
            ],
            _billing(run),
            getattr(run, "recording", None),
        )
        for run in runs
    ]


def summary(generations: Iterable[Generation]) -> list[str]:
    """The whole answer's facts: models, how it ended, tokens, cost."""
    runs = standing_runs(generations)
    who = " and ".join(dict.fromkeys(_who(run) for run in runs))
    used = usage.of(runs)
    return [fact for fact in (who, _end(runs[-1]), used.tokens, used.cost) if fact]


def _metadata(runs: Iterable[Generation]) -> dict[int, list[str]]:
    """What a gateway told of its answers beside their text."""
    told = Generation.objects.filter(pk__in=[run.pk for run in runs], opaque__format="gateway")
    rows = told.values_list("pk", "opaque__metadata")
    return {pk: [str(each) for each in kept] for pk, kept in rows if isinstance(kept, list)}


def _who(run: Generation) -> str:
    config = provider_config(run.provider)
    return f"{run.model} ({config.name if config else run.provider})"


def _facts(run: Generation) -> Iterator[Fact]:
    if way := WAYS.get(run.resume_mode):
        yield Fact("Way", f"{way}{', automatically' if run.automatic else ''}")
    yield _moment("Began", run.created_at)
    yield from _times(run)
    yield from _stop(run)
    if run.tries > 1:
        yield Fact("Asked", f"{run.tries} times")
    used = usage.of([run])
    if used.tokens:
        yield Fact("Used", used.tokens)
    if used.cost:
        parts = usage.split(run)
        yield Fact("Cost", f"{used.cost} ({parts})" if parts else used.cost)
    yield Fact("Ended" if run.ended_at else "Now", _end(run))
    if run.finish_reason:
        yield Fact("Finish reason", run.finish_reason, code=True)
    yield from (Fact("Noted", note) for note in notices.notes(run))
    if run.undone_at:
        yield _moment("Undone", run.undone_at)
    if run.upstream_request_id:
        yield Fact("Request", run.upstream_request_id, code=True)


def _moment(name: str, moment: datetime) -> Fact:
    return Fact(name, f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC", moment=moment)


def _times(run: Generation) -> Iterator[Fact]:
    waited = (run.asked_at - run.created_at).total_seconds()
    spans = {
        "Waited in line": f"{waited:.1f} s" if waited >= IN_LINE_SECONDS else "",
        "First words": _since(run.asked_at, run.first_delta_at, "after "),
        "Took": f"{run.took.total_seconds():.1f} s" if run.took is not None else "",
        "Thought": "" if run.thought_seconds is None else f"{run.thought_seconds:.1f} s",
    }
    yield from (Fact(name, words) for name, words in spans.items() if words)


def _stop(run: Generation) -> Iterator[Fact]:
    """The receipt of a stop: asked, closed and, where the server tells, idle."""
    asked = run.stop_requested_at
    if run.status != Status.CANCELLED or asked is None:
        return
    yield _moment("Stop asked", asked)
    if run.upstream_closed_at:
        yield Fact("Connection closed", _after(asked, run.upstream_closed_at))
    if run.upstream_idle_at:
        idle = _after(asked, run.upstream_idle_at)
        yield Fact("Server idle", f"at most {idle}, as it says itself")


def _after(start: datetime, end: datetime) -> str:
    """A short time after the start, which the clocks of two processes may turn round."""
    return f"{max((end - start).total_seconds(), 0.0) * 1000:,.0f} ms later"


def _since(start: datetime, end: datetime | None, before: str = "") -> str:
    return f"{before}{(end - start).total_seconds():.1f} s" if end else ""


def _end(run: Generation) -> str:
    early, _ = endings.EARLY.get(run.finish_reason, ("", ""))
    why = run.error_message if run.status == Status.FAILED else ""
    return (early or ENDS[Status(run.status)]).lower() + (f": {why}" if why else "")


def _billing(run: Generation) -> Billing | None:
    """Where a run was hung up on before its end."""
    config = provider_config(run.provider)
    timed_out = run.status == Status.FAILED and run.error_code == "upstream_timeout"
    hung_up = run.status in (Status.CANCELLED, Status.INTERRUPTED) or timed_out
    return billing(config) if config and hung_up else None
