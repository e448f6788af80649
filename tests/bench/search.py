"""How long a search takes among 100,000 messages: `python -m tests.bench.search`.

On SQLite and on PostgreSQL, of one person with 10,000 conversations; what is timed is all that the
page does but its template. It fails where p95 is above 50 ms.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests import ROOT
from tests.services.support.servers import Missing, Postgres
from tests.support.site import clean_environment


def measure(name: str, **settings: str) -> bool:
    """Whether searches there are as fast as they have to be."""
    print(f"{name}:", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        environment = clean_environment(
            DATA_DIR=str(Path(folder)), DJANGO_SETTINGS_MODULE="chatsite.settings", **settings
        )
        command = [sys.executable, "-m", "tests.bench.support.searches"]
        return subprocess.run(command, cwd=ROOT, env=environment).returncode == 0


def main() -> int:
    good = measure("SQLite")
    try:
        postgres = Postgres()
    except Missing as missing:
        print(f"PostgreSQL: left out, for {missing}")
        return 1
    try:
        postgres.start()
        good = measure("PostgreSQL", DATABASE_URL=postgres.create("bench")) and good
    finally:
        postgres.end()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
