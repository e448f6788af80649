"""The whole site, started as its users start it: a process, its data, a port, a printed link."""

from __future__ import annotations

import atexit
import os
import queue
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest

from tests import ROOT
from tests.support.isolation.programs import that_hears_sigint
from tests.support.secrets.kept import Secrets, secrets_of

ENTER_LINK = re.compile(r"Open (http://127\.0\.0\.1:\d+/enter/\S+)")
OUTSIDE = (
    *(
        "OPENAI_",
        "ANTHROPIC_",
        "CHAT_PROVIDERS",
        "LOCAL_PROVIDERS",
        "CHAT_TOOLS",
        "LOCAL_TOOL_SERVERS",
        "DEMO_",
        *("OIDC_", "LOCAL_SIGN_ON"),
        "PUBLIC_ORIGIN",
    ),
    *("DATABASE_", "REDIS_URL", "SERVICES", "FIELD_KEYS"),
)


GENEROUS = {
    "RUNNING_PER_USER": "10000",
    "SENDS_A_MINUTE": "100000",
    "SENDS_A_DAY": "100000",
    "SOCKETS_PER_USER": "10000",
}
"""One person of the tests does what many do."""


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(**settings: str) -> dict[str, str]:
    """The developer's environment without the developer's models, and with `settings`."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(OUTSIDE)}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return kept | {"NEARBY_MODELS": "", "DEMO_MODELS": "all"} | settings


Execute: TypeAlias = Callable[[str, Sequence[Any]], Iterable[Any]]
"""Sends a query and its values; gives rows that are mappings."""


class Program:
    """A child process whose printed lines can be waited for; it never outlives its owner."""

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        self.command = command
        self.printed: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        self.process = subprocess.Popen(
            that_hears_sigint(command),
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed.append(line)
            self._lines.put(line)
        self.process.stdout.close()
        self._lines.put(None)

    def wait_for_line(self, pattern: re.Pattern[str], seconds: float = 60) -> re.Match[str]:
        deadline = time.monotonic() + seconds
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"{self} did not print {pattern.pattern!r}") from None
            if line is None:
                raise AssertionError(f"{self} ended before it printed {pattern.pattern!r}")
            if found := pattern.search(line):
                return found

    def rest(self) -> str:
        """All that an ended process printed."""
        self._reader.join(15)
        return "".join(self.printed)

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def wait(self, seconds: float = 15) -> int:
        return self.process.wait(seconds)

    def end(self) -> None:
        """Ends the process and whatever it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(15)

    def __str__(self) -> str:
        return f"{' '.join(self.command[1:])} (printed: {''.join(self.printed)[-4000:]})"


class Site:
    """One site and its data; it can be killed and started again on the same data and port."""

    is_shared = False
    """Whether other tests chat on it too, as the same person."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.base_url = self.origin = f"http://127.0.0.1:{self.port}"
        self.enter_url = ""
        self.settings = settings
        self.program: Program | None = None
        self._cookies: dict[str, str] = {}

    @property
    def running(self) -> Program:
        assert self.program is not None, "the site was not started"
        return self.program

    @property
    def environment(self) -> dict[str, str]:
        own = {"DATA_DIR": str(self.folder), "PORT": str(self.port)} | GENEROUS
        return clean_environment(**(own | self.settings))

    def start(self, *, from_nothing: bool = False) -> None:
        """Unless `from_nothing`, a new site gets the files that its first start would make."""
        if not from_nothing:
            _hand_out_static_files(self.folder / "static")
        if not from_nothing and "DATABASE_URL" not in self.settings:
            _hand_out_tables(self.folder / "chatsite.sqlite3")
        self._expect_no_secret_printed()
        self.program = Program(self.command(), self.environment)
        self.enter_url = self.program.wait_for_line(ENTER_LINK)[1]
        _collected.append(self.folder / "static")

    def command(self) -> list[str]:
        return [sys.executable, "manage.py", "serve"]

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies of the owner's session; the printed link, good once, is followed once."""
        if not self._cookies:
            with httpx.Client(trust_env=False, timeout=30) as client:
                reply = client.get(self.enter_url, follow_redirects=True)
                assert reply.status_code == 200, reply.text
                self._cookies = dict(client.cookies)
        return self._cookies

    def kill(self) -> None:
        """`kill -9`: no goodbye, no last commit."""
        self.running.signal(signal.SIGKILL)
        self.running.wait()

    def terminate(self) -> int:
        """SIGTERM, as a service manager sends it; the exit status."""
        self.running.signal(signal.SIGTERM)
        return self.running.wait()

    def end(self) -> None:
        if self.program is not None:
            self.program.end()
            self._expect_no_secret_printed()

    @property
    def secrets(self) -> Secrets:
        session = next((cookie for name, cookie in self._cookies.items() if "session" in name), "")
        return secrets_of(self.folder, self.settings, session)

    def _expect_no_secret_printed(self) -> None:
        if self.program is not None:
            self.secrets.expects_none("the log", "".join(self.program.printed))

    def manage(self, *words: str) -> str:
        """What a management command prints on this site's data."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=180,  # on a machine that does much else
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def rows(self, query: str, *values: Any) -> list[Any]:
        """What the database holds now, read past the site, as a backup tool would."""
        with self.reading() as execute:
            return list(execute(query, values))

    @contextmanager
    def reading(self) -> Iterator[Execute]:
        """Several queries of one moment."""
        path = self.folder / "chatsite.sqlite3"
        with closing(sqlite3.connect(path, timeout=10)) as database:
            database.row_factory = sqlite3.Row
            database.execute("BEGIN")
            yield database.execute


_collected: list[Path] = []
"""The static files of sites of this process. Collecting and compressing them takes seconds."""


def _hand_out_static_files(folder: Path) -> None:
    collected = next((one for one in _collected if one.exists()), None)
    if collected and not folder.exists():
        shutil.copytree(collected, folder)


def _hand_out_tables(database: Path) -> None:
    if not database.exists():
        database.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_empty_database(), database)


@cache
def _empty_database() -> Path:
    """Migrated, and with nothing in it. Making all tables takes longer than all else at a start."""
    folder = Path(tempfile.mkdtemp(prefix="empty-"))
    atexit.register(shutil.rmtree, folder)
    Site(folder).manage("migrate")
    return folder / "chatsite.sqlite3"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site of the test's own, to be killed and restarted at will."""
    site = Site(tmp_path / "data")
    try:
        site.start()
        yield site
    finally:
        site.end()


@pytest.fixture(scope="session")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for all tests that only use it; each makes its own conversations."""
    site = Site(tmp_path_factory.mktemp("shared-site"))
    site.is_shared = True
    try:
        site.start()
        yield site
    finally:
        site.end()
