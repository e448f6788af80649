"""On PostgreSQL the start makes no copy: it says which dump is the way back, and upgrades."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import ROOT
from tests.services.support.servers import Postgres
from tests.support.site import clean_environment

pytestmark = pytest.mark.services

DATABASE = "older"


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    postgres = Postgres()
    postgres.start()
    yield postgres
    postgres.end()


def test_an_upgrade_names_the_dump_that_is_its_way_back(postgres: Postgres, tmp_path: Path) -> None:
    environment = clean_environment() | {
        "DATABASE_URL": postgres.create(DATABASE),
        "DATA_DIR": str(tmp_path),
    }

    def migrate(*target: str) -> str:
        command = [sys.executable, "manage.py", "migrate", *target]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "pg_dump" not in migrate("streaming", "0007"), "a new database has nothing to lose"
    (said,) = (line for line in migrate().splitlines() if "pg_dump" in line)
    assert "all or nothing" in said
    assert "pg_dump --format=custom --file=chatsite-before-" in said
    assert f"--port={postgres.port} " in said
    assert said.endswith(DATABASE)
    assert "pg_dump" not in migrate(), "nothing is missing any more"
