"""R7 with clocks that are two minutes apart: leases use the database's clock alone."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
import pytest

from tests.services.support.fleet import Member, fleet
from tests.services.support.servers import Redis
from tests.services.support.watching import until, watch_on
from tests.support.kept import kept_answers
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor

pytestmark = pytest.mark.services

MODEL = "demo-clock-50-50000"
LEASE_SECONDS = 4
LEASES = "SELECT extract(epoch FROM lease_until - clock_timestamp()) AS left FROM streaming_worker"


def is_wrong_by(member: Member) -> float:
    """By how many seconds: a cookie says when it expires, and in how many seconds."""
    with httpx.Client(trust_env=False) as client:
        (cookie,) = SimpleCookie(
            client.get(f"{member.base_url}/login/").headers["set-cookie"]
        ).values()
    left = parsedate_to_datetime(cookie["expires"]) - datetime.now(UTC)
    ahead: float = left.total_seconds() - int(cookie["max-age"])
    return ahead


async def test_r7_clocks_a_minute_wrong_end_no_answer_and_keep_none_alive(
    tmp_path: Path, upstream: Upstream, redis: Redis
) -> None:
    """For longer than a lease; then the process with the slow clock finds the other one dead."""
    short = str(LEASE_SECONDS)
    with fleet(tmp_path, upstream, MODEL, redis=redis, clocks=(60, -60), LEASE_SECONDS=short) as (
        ahead,
        behind,
    ):
        assert is_wrong_by(ahead) == pytest.approx(60, abs=5)
        assert is_wrong_by(behind) == pytest.approx(-60, abs=5)
        async with Visitor(ahead) as one, Visitor(behind) as other:
            dies = await one.send("Go.", f"demo/{MODEL}")
            lives = await other.send("Go.", f"demo/{MODEL}")
            watchers = [watch_on(behind, dies, one), watch_on(ahead, lives, other)]
            watching = [asyncio.create_task(each.watch_to_the_end()) for each in watchers]
            for watcher in watchers:
                await watcher.reaches(50 * (LEASE_SECONDS + 2))
            assert {kept.status for kept in kept_answers(behind).values()} == {"running"}
            leases = [float(row["left"]) for row in ahead.rows(LEASES)]
            assert len(leases) == 2
            assert all(0 < left <= LEASE_SECONDS for left in leases), leases
            ahead.kill()
            await until(
                lambda: kept_answers(behind)[dies.generation].status != "running",
                3 * LEASE_SECONDS,
            )
            await other.stop(lives.generation)
            await watching[0]
            watching[1].cancel()  # its socket went with the process
            await asyncio.wait(watching)
        kept = kept_answers(behind)
        assert kept[dies.generation].status == watchers[0].status == "interrupted"
        assert kept[lives.generation].status == "cancelled"
        assert watchers[0].answer.text().split() == kept[dies.generation].text.split()
