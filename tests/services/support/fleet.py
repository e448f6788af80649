"""Several processes of one site on one PostgreSQL, for a balancer without sticky sessions.

Each has its own data folder, as on a machine of its own, so none can see another's lock: only
leases say which process is alive.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import IsolationLevel
from psycopg.rows import dict_row

from tests.services.support.servers import Nginx, Redis, clock_library
from tests.support.site import Execute, Site
from tests.support.upstream import PROVIDER, Upstream

FIELD_KEY = "0JW6zCkYrlFxyEM3nbj7sK4pBzGd5uQXw8oa1RtTqUs="


class Member(Site):
    """One of the processes; a sign-in on one holds on all."""

    def __init__(self, folder: Path, first: Member | None, **settings: str) -> None:
        super().__init__(folder, **settings)
        self.first = first or self
        self.origin = self.settings.setdefault("PUBLIC_ORIGIN", self.first.base_url)

    @property
    def cookies(self) -> dict[str, str]:
        return super().cookies if self.first is self else self.first.cookies

    @contextmanager
    def reading(self) -> Iterator[Execute]:
        with psycopg.connect(self.settings["DATABASE_URL"], row_factory=dict_row) as database:
            database.isolation_level = IsolationLevel.REPEATABLE_READ
            yield lambda query, values: database.execute(query.encode(), values)

    def pause(self) -> None:
        """Freezes the process: it keeps its connections and does not notice."""
        self.running.signal(signal.SIGSTOP)

    def wake(self) -> None:
        self.running.signal(signal.SIGCONT)


class Front(Member):
    """All of them as a browser sees them: one address, and each request goes to any process."""

    def __init__(self, members: Sequence[Member], nginx: Nginx) -> None:
        super().__init__(nginx.folder, members[0], **members[0].settings)
        self.base_url = nginx.url


@contextmanager
def balanced(
    folder: Path, upstream: Upstream, *models: str, **more: Any
) -> Iterator[tuple[Front, list[Member]]]:
    """A fleet behind nginx. The sign-in link that a process prints leads through nginx, too."""
    nginx = Nginx()
    try:
        with fleet(folder, upstream, *models, PUBLIC_ORIGIN=nginx.url, **more) as members:
            nginx.lead_to(member.port for member in members)
            nginx.start()
            yield Front(members, nginx), members
    finally:
        nginx.end()


@contextmanager
def fleet(
    folder: Path,
    upstream: Upstream,
    *models: str,
    redis: Redis | None = None,
    resume: str = "instruct",
    processes: int = 2,
    clocks: Sequence[int] = (),
    **own: str,
) -> Iterator[list[Member]]:
    """That many processes on a new database, with these models of the upstream.

    `clocks` says by how many seconds each process's clock is ahead.
    """
    folder.mkdir(parents=True, exist_ok=True)
    providers = folder / "providers.toml"
    offered = PROVIDER.format(url=upstream.url, models=json.dumps(models))
    providers.write_text(f'{offered}resume = "{resume}"\n')
    settings = {
        "CHAT_PROVIDERS": str(providers),
        "DATABASE_URL": own.get("DATABASE_URL") or new_database(),
        "SECRET_KEY": "one-secret-for-all-processes-of-the-fleet" * 2,
        "FIELD_KEYS": FIELD_KEY,
        "LOG_LEVEL": "INFO",
    } | own
    if redis is not None:
        settings["REDIS_URL"] = redis.url
    members: list[Member] = []
    with ExitStack() as stack:
        for number in range(processes):
            first = members[0] if members else None
            wrong = clock_that_is_ahead(clocks[number]) if clocks else {}
            members.append(Member(folder / f"process-{number}", first, **settings, **wrong))
            stack.callback(members[-1].end)
            members[-1].start()
        yield members


def clock_that_is_ahead(seconds: int) -> dict[str, str]:
    """An environment that shifts a process's clock, but not its monotonic one. Raises Missing."""
    return {
        "LD_PRELOAD": str(clock_library()),
        "FAKETIME": f"{seconds:+d}s",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",  # else waits of threads end late
    }


def new_database() -> str:
    """On the server that `make test-services` started, and deleted together with it."""
    server, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    name = f"fleet_{uuid4().hex}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"{server}/{name}"
