"""What is alive in a process: started once, ended well, and whole again after a restart."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from chatsite.asgi import application
from streaming import lifecycle
from streaming.cluster.leases import Lease
from streaming.models import Worker
from streaming.site import NotServing, site
from tests.support.isolation.database import locked_database
from tests.support.living import Living


async def test_starting_twice_at_once_starts_once(living: Living) -> None:
    await lifecycle.stop()
    await asyncio.gather(*(lifecycle.ensure_started() for _ in range(5)))
    assert await living.do(Worker.objects.count) == 1


async def test_stopping_lets_go_of_everything_and_stopping_again_is_quiet(living: Living) -> None:
    for _ in range(2):
        await lifecycle.stop()
    assert await living.do(Worker.objects.count) == 0
    with pytest.raises(NotServing):
        site()


async def test_a_stopped_site_can_be_started_again(living: Living) -> None:
    await lifecycle.stop()
    await lifecycle.ensure_started()
    living.site = site()
    answer = await living.answering()
    await answer.says("Here again.")
    assert (await answer.finishes()).status == "finished"


@pytest.mark.parametrize(
    "step", ["cluster.reaper.reap", "catalog.provider_store.enabled", "cluster.leases._register"]
)
async def test_e14_what_could_not_start_without_its_database_starts_with_it(
    living: Living, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def refuse(*_: Any) -> None:
        raise OperationalError("nobody there")

    await lifecycle.stop()
    workers = Path(settings.DATA_DIR) / "workers"
    before = set(workers.iterdir())  # tests of crashes leave locks
    with monkeypatch.context() as gone:
        gone.setattr(f"streaming.{step}", refuse)
        for _ in range(2):
            with pytest.raises(OperationalError):
                await lifecycle.ensure_started()
        with pytest.raises(NotServing):
            site()
        assert set(workers.iterdir()) == before
    await lifecycle.ensure_started()
    assert await living.do(Worker.objects.count) == len(set(workers.iterdir()) - before) == 1


async def test_r7_stopping_takes_no_longer_than_it_may_when_the_database_refuses(
    impatient: None, settings: Any, living: Living
) -> None:
    settings.SHUTDOWN_SECONDS = 0.5
    answer = await living.answering()
    await answer.says("So far")
    began = time.monotonic()
    with locked_database():
        await lifecycle.stop()
        assert time.monotonic() - began < 5
    await lifecycle.ensure_started()
    generation = await answer.ended()
    assert (generation.status, generation.message.text) == ("interrupted", "So far")


async def test_a_process_that_slept_longer_than_its_lease_does_not_end_its_own_answers(
    settings: Any, living: Living
) -> None:
    settings.REAP_EVERY_SECONDS = 0.05
    await lifecycle.stop()
    await lifecycle.ensure_started()
    living.site = site()
    answer = await living.answering()
    past = timezone.now() - timedelta(hours=1)
    for text in ("Not ", "even ", "now."):
        await living.do(lambda: Worker.objects.update(lease_until=past))
        await answer.says(text)
    assert (await answer.finishes()).status == "finished"


async def test_r7_the_lease_is_renewed_also_while_nothing_is_written(
    settings: Any, living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lifecycle.stop()
    settings.REAP_EVERY_SECONDS = 3600
    renew, renewed = Lease.renew, threading.Semaphore(0)

    def count(lease: Lease) -> None:
        renew(lease)
        renewed.release()

    monkeypatch.setattr(Lease, "renew", count)
    await lifecycle.ensure_started()
    past = timezone.now() - timedelta(hours=1)
    await living.do(lambda: Worker.objects.update(lease_until=past))
    while (await living.do(Worker.objects.get)).lease_until == past:
        assert await asyncio.to_thread(renewed.acquire, timeout=10)


async def test_the_lifespan_of_a_server_starts_and_stops_the_site(living: Living) -> None:
    await lifecycle.stop()
    said: list[str] = []
    events = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> dict[str, str]:
        return {"type": next(events)}

    async def send(message: Any) -> None:
        said.append(message["type"])
        if message["type"] == "lifespan.startup.complete":
            assert site().closing is False

    await application({"type": "lifespan"}, receive, send)
    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    with pytest.raises(NotServing):
        site()
