"""The receipt of a stop: asked, closed, idle; on the page, and from the command line."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from streaming.demo.serving.server import DemoUpstream
from streaming.details import facts
from streaming.journal import store
from streaming.journal.run_facts import RunFacts
from streaming.models import Generation
from streaming.providers.config import FORMATS, ProviderConfig
from tests.streaming.runs import held
from tests.support import rows

Status = Generation.Status


def stopped(owner: User, **changes: Any) -> Generation:
    """An answer that a person stopped."""
    generation = rows.running(owner, rows.worker())
    rows.keep(generation, "One, two,")
    asked = timezone.now()
    Generation.objects.filter(pk=generation.pk).update(stop_requested_at=asked)
    closed = asked + timedelta(milliseconds=12)
    store.close(generation.pk, RunFacts(Status.CANCELLED, upstream_closed_at=closed))
    Generation.objects.filter(pk=generation.pk).update(**changes)
    return Generation.objects.get(pk=generation.pk)


def facts_of(run: Generation) -> dict[str, str]:
    (detail,) = facts.of([run])
    return {fact.name: fact.words for fact in detail.facts}


def test_details_say_when_a_stop_was_asked_for_and_when_the_connection_closed(owner: User) -> None:
    generation = stopped(owner)
    assert generation.stop_requested_at is not None
    words = facts_of(generation)
    assert words["Stop asked"] == f"{generation.stop_requested_at:%Y-%m-%d %H:%M:%S} UTC"
    assert words["Connection closed"] == "12 ms later"
    assert "Server idle" not in words


def test_details_say_when_the_server_was_idle_where_it_told(owner: User) -> None:
    run = stopped(owner)
    assert run.stop_requested_at is not None
    run.upstream_idle_at = run.stop_requested_at + timedelta(milliseconds=140)
    assert facts_of(run)["Server idle"] == "at most 140 ms later, as it says itself"


def test_clocks_that_differ_make_no_time_before_the_stop(owner: User) -> None:
    generation = stopped(owner)
    assert generation.stop_requested_at is not None
    generation.upstream_closed_at = generation.stop_requested_at - timedelta(seconds=3)
    assert facts_of(generation)["Connection closed"] == "0 ms later"


def test_an_answer_that_nobody_stopped_has_no_receipt(owner: User) -> None:
    generation = rows.running(owner, rows.worker())
    store.close(generation.pk, RunFacts(Status.FINISHED, finish_reason="stop"))
    assert "Stop asked" not in facts_of(Generation.objects.get(pk=generation.pk))


@pytest.mark.django_db(transaction=True)
async def test_a_running_site_completes_the_receipt_from_what_the_server_says(
    owner: User, settings: Any
) -> None:
    async with held.demo(owner, settings, "demo-tour", speed=1) as here:
        pk = await here.send("demo-tour")
        await here.writes(pk, 5)
        run = await here.stop(pk)
        assert run.status == "cancelled"
        tasks = [task for task in asyncio.all_tasks() if task.get_name() == "stop receipt"]
        await asyncio.gather(*tasks)  # none where it was told already
        run = await here.run(pk)
        assert await here.upstream("/_demo/running") == []
    assert run.upstream_closed_at is not None
    assert run.upstream_idle_at is not None
    assert run.upstream_idle_at >= run.upstream_closed_at


# From the command line


async def proof(*which: str) -> list[str]:
    """The lines that `prove_stop` prints."""
    out = io.StringIO()
    await asyncio.to_thread(call_command, "prove_stop", *which, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
async def upstream(settings: Any) -> AsyncIterator[DemoUpstream]:
    """The demo at the pace of a person who reads, in every wire format."""
    async with DemoUpstream(speed=20, say=lambda line: None) as demo:
        places: dict[str, str] = {"gateway": demo.url}
        settings.PROVIDERS = tuple(
            ProviderConfig(
                name,
                name.title(),
                name,
                places.get(name, f"{demo.url}/v1"),
                options={"service_name": "demo"},
            )
            for name in FORMATS
        )
        settings.NEARBY_MODELS = frozenset()
        yield demo


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("format_", FORMATS)
async def test_a_stop_is_proved_at_a_provider_of_every_format(
    upstream: DemoUpstream, format_: str
) -> None:
    lines = await proof(f"{format_}/demo-tour")
    told = {line[:16].strip(): line[16:] for line in lines}
    assert told["Provider"] == f"{format_.title()} ({format_}), demo-tour"
    assert float(told["Closed"].split()[0]) >= 0
    assert "as it says itself" in told["Server idle"]
    assert told["Written"].startswith("about ")
    assert "costs nothing more" in told["Bill"]
    (visit,) = upstream.visits.ended()
    assert visit["client_hung_up"]
    assert visit["deltas"] >= 20


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("which", "sentence"),
    [
        ("chat", "Name a provider and a model of it"),
        ("nobody/m", "No provider is called “nobody”; there are chat"),
        ("chat/demo-broken", "There was no answer to stop: The provider had an error"),
        ("chat/demo-refusal", "ended on its own"),
    ],
)
async def test_where_nothing_can_be_stopped_the_command_fails_and_says_why(
    upstream: DemoUpstream, which: str, sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        await proof(which)
