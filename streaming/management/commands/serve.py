"""`manage.py serve`: all that a person needs to chat in a browser, from one command."""

from __future__ import annotations

import asyncio
import fcntl
import inspect
import platform
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.files.storage import storages
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from conversations.sign_in.links import enter_link
from streaming.demo.serving.child import DemoChild, DemoDied
from streaming.models import StoredProvider
from streaming.ops import start_trouble
from streaming.ops.doctor import allow_open_files
from streaming.ops.lean_imports import without_tls_and_wamp
from streaming.ops.malloc import limit_arenas
from streaming.ops.postgresql import refuse_unreachable
from streaming.ops.restore import data_folder
from streaming.providers import discovery
from streaming.providers.config import load_providers

LINK_AGAIN_SECONDS = 2
"""How long the sign-in link waits for a database that cannot be written."""


class Command(BaseCommand):
    help = "Prepare the database and the static files, then serve the site until Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        limit_arenas()
        allow_open_files()
        refuse_a_taken_port(settings.HOST, settings.PORT)
        self.say(f"Chatsite {settings.VERSION} on Python {platform.python_version()}")
        with self.hold_the_data_folder():
            self.run()

    def hold_the_data_folder(self) -> IO[str]:
        try:
            return data_folder.use(self.say)
        except OSError as trouble:
            raise CommandError(start_trouble.sentence(trouble)) from trouble

    def run(self) -> None:
        refuse_an_unreachable_database()
        connected = bool(settings.PROVIDERS) or was_connected_on_a_page()
        if not connected:
            settings.PROVIDERS = asyncio.run(discovery.find(settings.NEARBY_MODELS))
            connected = bool(settings.PROVIDERS)
        demo = None if connected else DemoChild(settings.BASE_DIR / "manage.py")
        try:
            self.prepare()
            if demo is not None:
                settings.PROVIDERS = load_providers({"DEMO_UPSTREAM_URL": demo.url()})
            self.serve()
        except DemoDied as trouble:
            raise CommandError("The demo provider did not start; see above.") from trouble
        finally:
            if demo is not None:
                demo.end()

    def prepare(self) -> None:
        try:
            with alone_on_this_machine():
                call_command("migrate", verbosity=0, interactive=False, stdout=self.stdout)
                if not collected_since_changed():
                    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        except OSError as trouble:
            raise CommandError(start_trouble.sentence(trouble)) from trouble

    def serve(self) -> None:
        """Run Daphne; it installs Twisted's reactor when it is imported, so not before."""
        from channels.routing import get_default_application

        with without_tls_and_wamp():
            from daphne.server import Server

        server = Server(
            get_default_application(),
            endpoints=[f"tcp:port={settings.PORT}:interface={settings.HOST}"],
            ready_callable=self.announce,
            websocket_max_message_size=settings.SOCKET_MESSAGE_BYTES,
            websocket_max_frame_size=settings.SOCKET_MESSAGE_BYTES,
            server_name="",
            verbosity=0,
        )
        server.run()
        if server.abort_start:
            raise CommandError(f"Port {settings.PORT} cannot be listened on; choose another PORT.")

    def announce(self) -> None:
        """Say where to go, once connections are taken."""
        from twisted.internet import reactor

        reactor.callWhenRunning(self.say_where_to_go)

    def say_where_to_go(self, tries: int = 0) -> None:
        """The link needs a row; until that can be written the site serves what it can."""
        from twisted.internet import reactor

        try:
            self.say(f"Open {enter_link()}")
        except DatabaseError as trouble:
            if tries == 0:
                why = start_trouble.sentence(trouble)
                self.stderr.write(f"The sign-in link waits for the database. {why}")
            reactor.callLater(LINK_AGAIN_SECONDS, self.say_where_to_go, tries + 1)

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


@contextmanager
def alone_on_this_machine() -> Iterator[None]:
    """Of processes that start at once on one data folder, one prepares it at a time."""
    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)
    with (Path(settings.DATA_DIR) / "prepare.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def refuse_an_unreachable_database() -> None:
    try:
        refuse_unreachable(connection)
    except DatabaseError as trouble:
        raise CommandError(start_trouble.sentence(trouble)) from trouble


def was_connected_on_a_page() -> bool:
    """Whether an administrator added a provider; before the first start there is no table."""
    try:
        return StoredProvider.objects.filter(enabled=True).exists()
    except DatabaseError:
        return False


def refuse_a_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as trouble:
            raise CommandError(
                f"Port {port} on {host} cannot be used ({trouble.strerror}). "
                f"End what uses it, or choose another: make run PORT={port % 65535 + 1}"
            ) from trouble


def collected_since_changed() -> bool:
    """Whether the collected files are newer than all that they come from."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return False
    collected = manifest.stat().st_mtime
    return all(path.stat().st_mtime < collected for path in static_sources())


def static_sources() -> list[Path]:
    import django_htmx

    makers = [storages["staticfiles"], *get_finders()]
    code = [Path(django_htmx.__file__), *(Path(inspect.getfile(type(each))) for each in makers)]
    return [path for folder in settings.STATICFILES_DIRS for path in folder.rglob("*")] + code
