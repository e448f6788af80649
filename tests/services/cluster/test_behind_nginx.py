"""Two processes behind the shipped nginx configuration, which sends a request to either."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from tests.services.support.fleet import Front, balanced
from tests.services.support.servers import Redis
from tests.services.support.watching import expects_whole_answer, until, watch_on
from tests.support.kept import kept_answers
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor

pytestmark = pytest.mark.services

MODELS = SHORT, LONG = "demo-clock-50-150", "demo-clock-50-50000"
ANSWERS = 6
STARTED_BY = "SELECT DISTINCT worker_id FROM streaming_generation"


@pytest.fixture(scope="module")
def front(
    tmp_path_factory: pytest.TempPathFactory, upstream: Upstream, redis: Redis
) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("front")
    with balanced(folder, upstream, *MODELS, redis=redis) as (front, _):
        yield front


async def test_r3_whoever_is_sent_anywhere_sees_the_whole_answer(front: Front) -> None:
    async with Visitor(front) as visitor:
        sent = [await visitor.send("Go.", f"demo/{SHORT}") for _ in range(ANSWERS)]
        watchers = [watch_on(front, one, visitor) for one in sent for _ in range(2)]
        await asyncio.gather(*(watcher.watch_to_the_end() for watcher in watchers))
    kept = kept_answers(front)
    for number, watcher in enumerate(watchers):
        assert watcher.status == "finished"
        expects_whole_answer(watcher, kept[sent[number // 2].generation].text)


async def test_r5_a_stop_that_is_sent_anywhere_stops(front: Front, upstream: Upstream) -> None:
    async with Visitor(front) as visitor:
        sent = [await visitor.send("Go.", f"demo/{LONG}") for _ in range(4)]
        writers = front.rows("SELECT DISTINCT worker_id FROM streaming_generation")
        assert len(writers) == 2, "one process got it all"
        await until(lambda: len(upstream.running()) == len(sent), 10)
        for one in sent:
            assert (await visitor.stop(one.generation)).status_code == 303
        assert upstream.running() == []
    kept = kept_answers(front)
    assert {kept[one.generation].status for one in sent} == {"cancelled"}


def test_l11_a_body_of_one_byte_too_many_is_refused_in_front(front: Front) -> None:
    with httpx.Client(trust_env=False, base_url=front.base_url) as client:
        most = client.post("/login/", content=b"x" * 2**20)
        more = client.post("/login/", content=b"x" * (2**20 + 1))
    assert (most.status_code, more.status_code) == (403, 413)
    assert "nginx" not in most.text
