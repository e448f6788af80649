"""A demo upstream of the tests' own: it outlives the sites it serves, and tells what it saw."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.site import Program, Site, clean_environment

LISTENING = re.compile(r"Demo upstream on (http://127\.0\.0\.1:\d+)")


PROVIDER = """
[[provider]]
name = "Demo"
format = "chat"
base_url = "{url}/v1"
models = {models}
"""


class Upstream:
    """The process and its address."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "manage.py", "demo_upstream", *options]
        self.program = Program(command, clean_environment())
        self.url = self.program.wait_for_line(LISTENING)[1]

    def offer(self, folder: Path, *models: str, url: str = "") -> str:
        """The path of a providers file with this upstream (or that at `url`) and these models."""
        folder.mkdir(parents=True, exist_ok=True)
        providers = folder / "providers.toml"
        providers.write_text(PROVIDER.format(url=url or self.url, models=json.dumps(models)))
        return str(providers)

    @contextmanager
    def site(
        self, folder: Path, *models: str, url: str = "", through: str = "", **settings: str
    ) -> Iterator[Site]:
        """A site with this upstream (or that at `url`) as its provider "demo", and these models.

        Its people come `through` that address, if one is given.
        """
        public = {"PUBLIC_ORIGIN": through} if through else {}
        offered = self.offer(folder, *models, url=url)
        site = Site(folder / "data", CHAT_PROVIDERS=offered, **public, **settings)
        site.base_url = site.origin = through or site.base_url
        try:
            site.start()
            yield site
        finally:
            site.end()

    def visits(self) -> dict[str, dict[str, Any]]:
        """The ended requests by model; stamps are `time.time()`."""
        return {visit["model"]: visit for visit in self.log()}

    def log(self) -> list[dict[str, Any]]:
        """Every ended request, oldest first."""
        return self._read("log")

    def running(self) -> list[dict[str, Any]]:
        return self._read("running")

    def _read(self, page: str) -> list[dict[str, Any]]:
        with httpx.Client(trust_env=False, verify=False) as client:  # loading roots takes long
            found: list[dict[str, Any]] = client.get(f"{self.url}/_demo/{page}").json()
        return found


@pytest.fixture(scope="session")
def upstream() -> Iterator[Upstream]:
    upstream = Upstream()
    yield upstream
    upstream.program.end()
