"""`/metrics`: what a process counts about its answers, and who may read it."""

from __future__ import annotations

import time
from ipaddress import ip_network
from typing import Any

import pytest
from django.test import Client

from streaming import metrics
from tests.support.living import PREFILLER, Living
from tests.support.tabs import Tab, watched

Numbers = dict[str, float]


async def scraped() -> Numbers:
    reply = await Tab().get("/metrics")
    assert reply.status_code == 200
    assert reply["Content-Type"].startswith("text/plain")
    lines = reply.content.decode().splitlines()
    told = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in told}


def grown(before: Numbers, after: Numbers) -> Numbers:
    grown = {name: value - before.get(name, 0) for name, value in after.items()}
    return {name: value for name, value in grown.items() if value}


async def test_an_answer_is_counted_from_its_first_delta_to_its_end(
    living: Living, tab: Tab
) -> None:
    before = await scraped()
    answer = await living.answering()
    page = await watched(living, tab, answer)
    async with page.connected() as socket:
        await answer.says("One ", "two ")
        await page.shows(socket, "One two")
        now = await scraped()
        assert (now["chatsite_running_answers"], now["chatsite_sockets"]) == (1, 1)
        assert now["chatsite_journal_backlog"] == 0
        assert now["chatsite_tasks"] > before["chatsite_tasks"]
        await answer.finishes()
        await page.ends(socket)
    after = await scraped()
    assert (after["chatsite_running_answers"], after["chatsite_sockets"]) == (0, 0)
    more = grown(before, after)
    assert more["chatsite_deltas_total"] == 2
    assert more["chatsite_journal_entries_total"] == 2
    assert more["chatsite_frame_commit_seconds_count"] == 2
    assert more["chatsite_delta_to_frame_seconds_count"] == 2
    assert more['chatsite_answers_ended_total{status="finished"}'] == 1
    assert not [name for name in more if name.startswith("chatsite_errors")]


async def test_stops_resumes_and_errors_are_counted(living: Living) -> None:
    before = await scraped()
    answer = await living.answering(model=PREFILLER)
    await answer.says("One ")
    stopped = await answer.stops()
    again = await living.resuming(stopped.message_id)
    await again.talk.refuse(401, "No.")
    await again.ended()
    more = grown(before, await scraped())
    assert more["chatsite_stop_seconds_count"] == 1
    assert more['chatsite_answers_ended_total{status="cancelled"}'] == 1
    assert more['chatsite_resumes_total{by="person",mode="prefill"}'] == 1
    assert more['chatsite_errors_total{code="upstream_auth"}'] == 1


@pytest.mark.parametrize(
    ("peer", "header", "status"),
    [
        ("127.0.0.1", None, 200),
        ("127.9.9.9", None, 200),
        ("::1", None, 200),
        ("::ffff:127.0.0.1", None, 200),
        ("10.1.2.3", None, 200),
        ("10.2.0.1", None, 404),
        ("192.0.2.1", None, 404),
        ("", None, 404),
        ("unix:", None, 404),
        ("127.0.0.1", "X-Forwarded-For", 404),
        ("127.0.0.1", "X-Forwarded-Proto", 404),
        ("127.0.0.1", "Forwarded", 404),
    ],
)
@pytest.mark.django_db
def test_only_who_is_near_may_read(
    settings: Any, peer: str, header: str | None, status: int
) -> None:
    settings.METRICS_ALLOW = (ip_network("10.1.0.0/16"),)
    headers = {header: "127.0.0.1"} if header else {}
    reply = Client(REMOTE_ADDR=peer, headers=headers).get("/metrics")
    assert reply.status_code == status


def test_counting_a_delta_costs_next_to_nothing() -> None:
    began = time.perf_counter()
    for _ in range(10_000):
        metrics.DELTAS.inc(0)
    assert time.perf_counter() - began < 0.5  # 1 µs each here; room for a slow machine
