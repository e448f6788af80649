"""The facts of an answer, in words: who wrote which part of it, how, for how much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from django.utils.translation import gettext, gettext_noop

from conversations.languages.texts import lazy_text
from streaming.catalog.provider_registry import provider_config
from streaming.costs import bill
from streaming.error_messages import cost_sources, endings
from streaming.error_messages.durations import measured
from streaming.error_messages.retelling import retold
from streaming.journal import store, usage
from streaming.live.answers import notices
from streaming.models import Generation, Recording
from streaming.parameters.chips import chips
from streaming.providers.billing import Billing, billing
from streaming.providers.parameters import Parameters
from streaming.runs.standing import standing_runs

Status = Generation.Status

LONGEST_ORIGINAL = 2000
"""Characters that the details show of what an edit replaced; undoing it brings back all."""

IN_LINE_SECONDS = 0.5
"""A turn that came sooner was nothing that anybody waited for."""

WAYS = {
    "replay": lazy_text("read on where the provider kept it (replay)"),
    "prefill": lazy_text("continued from the open answer (prefill)"),
    "prefill_echo": lazy_text("continued from the open answer, which the model repeats (prefill)"),
    "instruct": lazy_text("told to continue (instruction)"),
}
ENDS = {
    Status.RUNNING: lazy_text("writing"),
    Status.FINISHED: lazy_text("finished"),
    Status.CANCELLED: lazy_text("stopped"),
    Status.FAILED: lazy_text("broken off"),
    Status.INTERRUPTED: lazy_text("interrupted"),
}


class Fact(NamedTuple):
    """`code`: for machines, to be copied. `moment`: a time, to be told in the reader's own."""

    name: str
    words: str
    code: bool = False
    moment: datetime | None = None


class Detail(NamedTuple):
    """One generation: who wrote, the facts of it, and what its stop means for the bill."""

    generation: Generation
    who: str
    facts: Sequence[Fact]
    billing: Billing | None
    recording: Recording | None


def of(generations: Sequence[Generation]) -> list[Detail]:
    """Every generation of an answer in order, those that were undone too."""
    remarks = _metadata(generations)
    return [
        _edited(generation)
        if generation.is_edit
        else Detail(
            generation,
            _who(generation),
            [
                *_facts(generation),
                *(Fact("Metadata", told, code=True) for told in remarks.get(generation.pk, ())),
            ],
            _billing(generation),
            getattr(generation, "recording", None),
        )
        for generation in generations
    ]


def _edited(generation: Generation) -> Detail:
    """Of a piece that a person wrote in the place of another."""
    size = generation.end_offset - generation.start_offset
    told = [
        _moment("Written", generation.created_at),
        Fact(
            "Length",
            gettext("%(size)s characters in the place of %(replaced)s")
            % {"size": f"{size:,}", "replaced": f"{generation.replaced or 0:,}"},
        ),
        Fact("Original", store.original(generation.pk)[:LONGEST_ORIGINAL] or gettext("nothing")),
    ]
    if generation.undone_at:
        told.append(_moment("Undone", generation.undone_at))
    return Detail(generation, gettext("Edited by you"), told, None, None)


def summary(generations: Iterable[Generation]) -> list[str]:
    """The whole answer's facts: models, how it ended, tokens, cost."""
    standing = standing_runs(generations)
    written = [generation for generation in standing if not generation.is_edit]
    who = gettext(" and ").join(dict.fromkeys(map(_who, written)))
    edited = "" if len(written) == len(standing) else gettext("edited")
    used = usage.of(standing)
    return [fact for fact in (who, _end(standing[-1]), edited, used.tokens, used.cost) if fact]


def _metadata(generations: Iterable[Generation]) -> dict[int, list[str]]:
    """What a gateway told about its answers, next to their text."""
    told = Generation.objects.filter(
        pk__in=[generation.pk for generation in generations], opaque__format="gateway"
    )
    rows = told.values_list("pk", "opaque__metadata")
    return {pk: [str(each) for each in kept] for pk, kept in rows if isinstance(kept, list)}


def _who(generation: Generation) -> str:
    config = provider_config(generation.provider)
    return f"{generation.model} ({config.name if config else generation.provider})"


def _facts(generation: Generation) -> Iterator[Fact]:
    if way := WAYS.get(generation.resume_mode):
        yield Fact("Way", f"{way}{gettext(', automatically') if generation.automatic else ''}")
    yield _moment("Began", generation.created_at)
    yield from _sent(generation)
    yield from _times(generation)
    yield from _stop(generation)
    if generation.tries > 1:
        yield Fact("Asked", gettext("%(number)s times") % {"number": generation.tries})
    used = usage.of([generation])
    if used.tokens:
        yield Fact("Used", used.tokens)
    if used.cost:
        parts = bill.split(generation)
        yield Fact("Cost", f"{used.cost} ({parts})" if parts else used.cost)
    if source := cost_sources.of(generation):
        yield Fact("Price", source) if used.cost else Fact("Cost", source)
    yield Fact("Ended", _end(generation)) if generation.ended_at else Fact("Now", _end(generation))
    if generation.finish_reason:
        yield Fact("Finish reason", generation.finish_reason, code=True)
    yield from (Fact("Noted", note) for note in notices.notes(generation))
    if generation.undone_at:
        yield _moment("Undone", generation.undone_at)
    if generation.upstream_request_id:
        yield Fact("Request", generation.upstream_request_id, code=True)


def _moment(name: str, moment: datetime) -> Fact:
    return Fact(name, f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC", moment=moment)


def _sent(generation: Generation) -> Iterator[Fact]:
    """What it was asked with besides the messages; of older rows that is not known."""
    sent = generation.sent
    if sent:
        chosen = Parameters.of(sent["parameters"], sent["system_prompt"])
        yield from (Fact(str(chip.label), chip.words, code=True) for chip in chips(chosen))


def _times(generation: Generation) -> Iterator[Fact]:
    waited = (generation.asked_at - generation.created_at).total_seconds()
    spans = {
        gettext_noop("Waited in line"): measured(waited) if waited >= IN_LINE_SECONDS else "",
        gettext_noop("First words"): _since(generation.asked_at, generation.first_delta_at),
        gettext_noop("Took"): measured(generation.took.total_seconds())
        if generation.took is not None
        else "",
        gettext_noop("Thought"): ""
        if generation.thought_seconds is None
        else measured(generation.thought_seconds),
    }
    yield from (Fact(name, words) for name, words in spans.items() if words)


def _stop(generation: Generation) -> Iterator[Fact]:
    """The receipt of a stop: asked, closed and, where the server tells, idle."""
    asked = generation.stop_requested_at
    if generation.status != Status.CANCELLED or asked is None:
        return
    yield _moment("Stop asked", asked)
    if generation.upstream_closed_at:
        yield Fact("Connection closed", _after(asked, generation.upstream_closed_at))
    if generation.upstream_idle_at:
        idle = _after(asked, generation.upstream_idle_at)
        yield Fact("Server idle", gettext("at most %(idle)s, as it says itself") % {"idle": idle})


def _after(start: datetime, end: datetime) -> str:
    """A short time after the start, which the clocks of two processes may turn round."""
    number = f"{max((end - start).total_seconds(), 0.0) * 1000:,.0f}"
    return gettext("%(number)s ms later") % {"number": number}


def _since(start: datetime, end: datetime | None) -> str:
    if end is None:
        return ""
    return gettext("after %(span)s") % {"span": measured((end - start).total_seconds())}


def _end(generation: Generation) -> str:
    early, _ = endings.EARLY.get(generation.finish_reason, ("", ""))
    why = retold(generation.error_message) if generation.status == Status.FAILED else ""
    return str(early or ENDS[Status(generation.status)]).lower() + (f": {why}" if why else "")


def _billing(generation: Generation) -> Billing | None:
    """Where the connection of a run was closed before its end."""
    config = provider_config(generation.provider)
    timed_out = generation.status == Status.FAILED and generation.error_code == "upstream_timeout"
    hung_up = generation.status in (Status.CANCELLED, Status.INTERRUPTED) or timed_out
    return billing(config) if config and hung_up else None
