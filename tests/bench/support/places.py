"""Where a site runs while it is measured: on SQLite, or on PostgreSQL and Redis of the bench's own.

There PostgreSQL waits for its disk at each commit, as SQLite does here and both do in use.
"""

from __future__ import annotations

import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import redis

from tests.bench.support.process import Process
from tests.services.support.fleet import fleet
from tests.services.support.servers import Postgres, Redis
from tests.support.site import Site
from tests.support.upstream import Upstream

PROCESSES = {"sqlite": 1, "services-1": 1, "services-2": 2}
"""Each place and how many processes of the site it has."""

numbers = count()


@dataclass(frozen=True, slots=True)
class Reading:
    """What the servers have done since they were started."""

    postgres_cpu: float
    transactions: int
    log_bytes: int
    redis_cpu: float
    messages: int
    redis_bytes: int

    def __sub__(self, before: Reading) -> Reading:
        names = self.__slots__
        return Reading(*(getattr(self, name) - getattr(before, name) for name in names))


class Services:
    """One PostgreSQL and one Redis for all that is measured; each site gets a database."""

    def __init__(self) -> None:
        self.redis = Redis()
        self.postgres = Postgres(fsync="on", full_page_writes="on")

    def start(self) -> None:
        self.postgres.start()
        self.redis.start()

    def end(self) -> None:
        self.redis.end()
        self.postgres.end()

    def new_database(self) -> str:
        return self.postgres.create(f"bench_{next(numbers)}")

    def read(self) -> Reading:
        assert self.postgres.process is not None
        assert self.redis.process is not None
        with psycopg.connect(self.postgres.url("postgres")) as database:
            row = database.execute(
                "SELECT sum(xact_commit), pg_current_wal_lsn() - '0/0' FROM pg_stat_database"
            ).fetchone()
        assert row is not None
        with redis.Redis.from_url(self.redis.url) as client:
            facts: dict[str, Any] = client.info("stats")
            commands: dict[str, Any] = client.info("commandstats")
        return Reading(
            postgres_cpu=Process(self.postgres.process.pid).family_cpu_seconds(),
            transactions=int(row[0]),
            log_bytes=int(row[1]),
            redis_cpu=Process(self.redis.process.pid).cpu_seconds(),
            messages=sum(
                int(facts["calls"]) for name, facts in commands.items() if "publish" in name
            ),
            redis_bytes=int(facts["total_net_input_bytes"] + facts["total_net_output_bytes"]),
        )


@dataclass(frozen=True, slots=True)
class Place:
    """The processes of one site, and their servers, if they have any."""

    sites: Sequence[Site]
    services: Services | None = None

    @property
    def processes(self) -> list[Process]:
        return [Process(site.running.process.pid) for site in self.sites]


class Places:
    """Makes sites in a folder that is thrown away; whoever ends the bench ends them, too."""

    def __init__(self) -> None:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        self._folder = tempfile.TemporaryDirectory(prefix="chatsite-bench-")
        self._services: Services | None = None

    def __enter__(self) -> Places:
        return self

    def __exit__(self, *_: object) -> None:
        if self._services is not None:
            self._services.end()
        self._folder.cleanup()

    @contextmanager
    def site(
        self, place: str, upstream: Upstream, *models: str, has_redis: bool = True
    ) -> Iterator[Place]:
        folder = Path(self._folder.name) / str(next(numbers))
        if place == "sqlite":
            with upstream.site(folder, *models) as site:
                yield Place([site])
            return
        if self._services is None:
            self._services = Services()
            self._services.start()
        services = self._services
        with fleet(
            folder,
            upstream,
            *models,
            redis=services.redis if has_redis else None,
            processes=PROCESSES[place],
            DATABASE_URL=services.new_database(),
            LOG_LEVEL="WARNING",
        ) as members:
            yield Place(members, services)
