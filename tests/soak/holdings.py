"""What the site's process holds: memory, threads, open files, and what it counts itself."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass

import httpx

from streaming.db_threads import SIZES
from tests.bench.support.process import Process
from tests.support.site import Site

COUNTED = {
    "chatsite_running_answers": "answers",
    "chatsite_sockets": "sockets",
    "chatsite_journal_backlog": "backlog",
    "chatsite_tasks": "tasks",
}
IDLE_SECONDS = 6
"""A little longer than connections to a provider are kept for the next request."""

DATABASE_THREADS = sum(SIZES.values())
POOLS = DATABASE_THREADS + min(32, (os.cpu_count() or 1) + 4)
"""Threads that are begun when they are first needed, and kept: the database's and asyncio's.

Each of the database's keeps a connection, and that an open file.
"""

PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Holdings:
    """At one moment; connections are those of readers, of providers and the process's own."""

    threads: int
    connections: int
    files: int
    answers: int
    sockets: int
    backlog: int
    tasks: int

    @property
    def quiet(self) -> bool:
        return self.answers == self.sockets == self.backlog == 0

    def within(self, other: Holdings) -> bool:
        """Nothing more is held than in the other moment, but that pools may be fuller."""
        return (
            self.quiet
            and self.threads <= other.threads + POOLS
            and self.connections <= other.connections
            and self.files <= other.files + DATABASE_THREADS
            and self.tasks <= other.tasks
        )


async def holdings(site: Site) -> Holdings:
    threads = Process(site.running.process.pid).threads()
    files = open_files(site)
    connections = sum(name.startswith("socket:") for name in files)
    counted: dict[str, int] = {}
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        reply = await client.get(f"{site.base_url}/metrics")
        assert reply.status_code == 200, reply.text
        for line in reply.text.splitlines():
            name, _, value = line.rpartition(" ")
            if name in COUNTED:
                counted[COUNTED[name]] = int(float(value))
    return Holdings(threads, connections, len(files) - connections, **counted)


def open_files(site: Site) -> list[str]:
    """Without the database's own: SQLite keeps those for as many as were ever open at once.

    Who holds a connection to it still shows, for its log is closed with the connection.
    """
    process = Process(site.running.process.pid)
    return [name for name in process.files() if not name.endswith(".sqlite3")]


async def settled(site: Site, most: Holdings | None = None) -> Holdings:
    """When nothing runs any more; with `most`, when no more is held than that."""
    deadline = time.monotonic() + PATIENCE
    while True:
        found = await holdings(site)
        if found.within(most) if most else found.quiet:
            return found
        open_now = open_files(site)
        assert time.monotonic() < deadline, f"{found} does not go back to {most}; open: {open_now}"
        await asyncio.sleep(1)
