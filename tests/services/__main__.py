"""`make test-services`: what touches a database, on PostgreSQL and Redis of its own.

All tests in process that use the database run as they are, beside those of `tests/services`.
Left out are tests that touch no database (parsers, Markdown, the demo), those that start a whole
site on SQLite, and those in a browser: `make test` has them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from tests.services.support.servers import Missing, Postgres, Redis, clock_library, program

SPREAD = ("-n", "4", "--dist", "loadfile", "--no-loadscope-reorder", "--reuse-db")
"""Over processes, each test file in one: several share a fleet among their tests.

They wait for processes, servers and clocks most of the time, so there are more than cores; those
of `tests/services`, which take longest, are among the first. The databases of the tests are left
to go with their server.
"""


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and end the servers on the way
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
