"""Pairs of processes that tests share, and a Redis that tests may stop."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.services.support.fleet import Member, fleet
from tests.services.support.servers import Redis
from tests.support.upstream import Upstream

MODELS = ("demo-clock-50-150", "demo-clock-50-50000", "demo-silent+speed-1000")


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    redis = Redis()
    redis.start()
    yield redis
    redis.end()


@pytest.fixture(scope="module")
def pair(
    tmp_path_factory: pytest.TempPathFactory, upstream: Upstream, redis: Redis
) -> Iterator[list[Member]]:
    """Two processes that tell each other over Redis."""
    with fleet(tmp_path_factory.mktemp("pair"), upstream, *MODELS, redis=redis) as members:
        yield members


@pytest.fixture(scope="module")
def deaf_pair(
    tmp_path_factory: pytest.TempPathFactory, upstream: Upstream
) -> Iterator[list[Member]]:
    """Two processes that share only their database."""
    with fleet(tmp_path_factory.mktemp("deaf"), upstream, *MODELS) as members:
        yield members
