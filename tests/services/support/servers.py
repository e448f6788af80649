"""Servers for tests, from installed programs: each has a folder and a port, deleted afterwards.

No server of the machine is touched. PostgreSQL refuses to run as root, so root starts it as the
user that its package made.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

import psycopg

from tests import ROOT
from tests.support.site import free_port

HOW_TO_INSTALL = (
    "apt-get install postgresql pgbouncer redis-server nginx-light libfaketime strace "
    "(Debian, Ubuntu)"
)
PATIENCE_SECONDS = 30
# These databases need not survive a power cut. A commit still holds for every other process, also
# when a server process is killed.
POSTGRES_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "listen_addresses": "127.0.0.1",
    "log_min_messages": "fatal",
}


class Missing(Exception):
    """A program is not installed; the sentence says how to get it."""

    def __init__(self, program: str) -> None:
        super().__init__(f"{program} is not installed: {HOW_TO_INSTALL}")


def program(name: str, folders: Iterable[Path] = ()) -> str:
    """The program's path, in one of the folders or on the PATH; raises Missing."""
    path = os.pathsep.join([*map(str, folders), os.environ.get("PATH", ""), "/usr/sbin"])
    found = shutil.which(name, path=path)
    if found is None:
        raise Missing(name)
    return found


def clock_library() -> Path:
    """A library that gives a program another time when it is preloaded; raises Missing."""
    found = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
    if found is None:
        raise Missing("libfaketime")
    return found


class Server:
    """A child process that listens on `port`; it can be killed, ended and started again."""

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="chatsite-"))
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def is_ready(self) -> bool:
        with suppress(OSError), closing(socket.create_connection(("127.0.0.1", self.port), 1)):
            return True
        return False

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(), cwd=self.folder, stdout=log, stderr=log, user=self.user
            )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.is_ready():
            said = (self.folder / "log").read_text(errors="replace")
            assert self.process.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.05)

    @property
    def user(self) -> str | None:
        return None

    def kill(self) -> None:
        """`kill -9`; only its folder is left."""
        self._end(signal.SIGKILL)

    def end(self) -> None:
        """End it in order, and delete its folder."""
        self._end(signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, number: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(PATIENCE_SECONDS)
            self.process = None


def postgres_program(name: str) -> str:
    """The newest version of this program; raises Missing."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return program(name, [*versions, Path("/usr/local/bin")])


class Postgres(Server):
    def __init__(self, **settings: str) -> None:
        super().__init__()
        self._settings = POSTGRES_SETTINGS | settings
        self._data = self.folder / "data"
        initdb = postgres_program("initdb")
        if self.user is not None:
            shutil.chown(self.folder, self.user)
        options = ["--username=chatsite", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        made = subprocess.run(
            [initdb, "--no-sync", *options, "--pgdata", str(self._data)],
            cwd=self.folder,
            user=self.user,
            capture_output=True,
            text=True,
        )
        assert made.returncode == 0, made.stderr

    @property
    def user(self) -> str | None:
        """The user to run it as, for root may not."""
        if os.geteuid() != 0:
            return None
        try:
            return pwd.getpwnam("postgres").pw_name
        except KeyError:
            return "nobody"

    def command(self) -> list[str]:
        settings = {**self._settings, "unix_socket_directories": str(self.folder)}
        said = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [postgres_program("postgres"), "-D", str(self._data), "-p", str(self.port), *said]

    def is_ready(self) -> bool:
        with suppress(psycopg.OperationalError), psycopg.connect(self.url("postgres")):
            return True
        return False

    def crash(self) -> None:
        """All its processes end at once, without finishing anything."""
        self._end(signal.SIGQUIT)

    def url(self, database: str) -> str:
        return f"postgres://chatsite@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> str:
        """A new database's URL."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}"'.encode())
        return self.url(database)


class PgBouncer(Server):
    """A pooler in transaction mode in front of one server, with the settings of a test."""

    def __init__(self, postgres: Postgres, **settings: str) -> None:
        super().__init__()
        self._user = postgres.user
        wanted = {
            "listen_addr": "127.0.0.1",
            "listen_port": str(self.port),
            "unix_socket_dir": "",
            "auth_type": "any",
            "pool_mode": "transaction",
            "default_pool_size": "4",
        } | settings
        lines = "".join(f"{name} = {value}\n" for name, value in wanted.items())
        behind = f"* = host=127.0.0.1 port={postgres.port} user=chatsite"
        config = self.folder / "pgbouncer.ini"
        config.write_text(f"[databases]\n{behind}\n[pgbouncer]\n{lines}")
        if self._user is not None:
            shutil.chown(self.folder, self._user)

    @property
    def user(self) -> str | None:
        """It does not run as root, either."""
        return self._user

    def command(self) -> list[str]:
        return [program("pgbouncer"), "pgbouncer.ini"]

    def url(self, database: str) -> str:
        return f"postgres://chatsite@127.0.0.1:{self.port}/{database}"


class Redis(Server):
    def command(self) -> list[str]:
        server = program("redis-server")
        quiet = ["--save", "", "--appendonly", "no", "--daemonize", "no"]
        return [server, "--port", str(self.port), "--bind", "127.0.0.1", *quiet]

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def pause(self) -> None:
        """Freezes it: it keeps its connections and says nothing."""
        self._signal(signal.SIGSTOP)

    def wake(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)


class Nginx(Server):
    """The balancer of `docs/deploy/nginx.conf`, with other ports and the processes of a test."""

    def lead_to(self, ports: Iterable[int]) -> None:
        site = (ROOT / "docs/deploy/nginx.conf").read_text()
        changes = {"listen 8080": f"listen 127.0.0.1:{self.port}"}
        for number, port in enumerate(ports, 1):
            changes[f"web-{number}:8000"] = f"127.0.0.1:{port}"
        for shipped, here in changes.items():
            assert site.count(shipped) == 1, shipped
            site = site.replace(shipped, here)
        places = "".join(
            f"{kind}_temp_path {kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        self.folder.chmod(0o711)  # if the master is root, its workers are not
        (self.folder / "nginx.conf").write_text(
            f"daemon off; pid pid; error_log stderr warn;\n"
            f"events {{}}\nhttp {{ access_log off; {places}\n{site}}}\n"
        )

    def command(self) -> list[str]:
        return [program("nginx"), "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"
