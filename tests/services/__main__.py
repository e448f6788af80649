"""`make test-services`: what touches a database, on PostgreSQL and Redis of its own.

It runs the tests of `tests/services`, and all others that use a database in their own process.
Tests without a database (parsers, Markdown, the demo), those that start a whole site on SQLite,
and those in a browser are left to `make test`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from tests.services.support.servers import Missing, Postgres, Redis, clock_library, program

SPREAD = ("-n", "4", "--dist", "loadfile", "--no-loadscope-reorder", "--reuse-db")
"""Four processes, each test file in one of them, for its tests may share a fleet.

The tests mostly wait for processes, servers and clocks, so there are more processes than cores.
Those of `tests/services`, which take longest, are among the first. The tests' databases are
deleted together with their server.
"""


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers end as well
    try:
        program("redis-server")
        for name in ("nginx", "pgbouncer", "strace"):
            program(name)
        clock_library()
        postgres = Postgres()
    except Missing as missing:
        sys.stderr.write(f"Chatsite: {missing}, then run make test-services again\n")
        return 1
    redis = Redis()
    try:
        postgres.start()
        redis.start()
        services = {
            "SERVICES": "run",
            "DATABASE_URL": postgres.create("chatsite"),
            "REDIS_URL": redis.url,
        }
        pytest = [sys.executable, "-m", "pytest", *SPREAD, *arguments]
        return subprocess.run(pytest, env=os.environ | services).returncode
    finally:
        redis.end()
        postgres.end()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
