"""Requests as the server hands them over: one thread each, whose connection is kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from asgiref.testing import ApplicationCommunicator
from django.db import connection
from django.db.backends.signals import connection_created

from chatsite.asgi import application
from tests.support.living import Living
from tests.support.puppet import PATIENCE_SECONDS
from tests.support.tabs import ORIGIN, Tab

Communicator: Any = ApplicationCommunicator


async def test_pages_keep_the_connection_of_their_thread(living: Living, tab: Tab) -> None:
    with made() as threads:
        for _ in range(20):
            status, _, _ = await asked(tab, "/")
            assert status == 200
    pages = [name for name in threads if name.startswith("pages")]
    each_once = len(pages) == len(set(pages)) > 0
    assert each_once or connection.vendor != "sqlite"  # PostgreSQL has a pool of its own


async def test_a_page_comes_with_its_headers_and_its_cookies(living: Living, tab: Tab) -> None:
    status, headers, body = await asked(tab, "/")
    assert (status, int(headers[b"Content-Length"])) == (200, len(body))
    assert b"csrftoken" in headers[b"Set-Cookie"]
    assert b"</html>" in body


async def test_a_reader_who_leaves_before_the_body_has_come_is_forgotten(tab: Tab) -> None:
    request = Communicator(application, scope_of(tab, "/send/", "POST"))
    await request.send_input({"type": "http.request", "body": b"prompt=", "more_body": True})
    await request.send_input({"type": "http.disconnect"})
    await request.wait(PATIENCE_SECONDS)
    assert await request.receive_nothing(timeout=0)


async def asked(
    tab: Tab, path: str, method: str = "GET", body: bytes = b""
) -> tuple[int, dict[bytes, bytes], bytes]:
    """Status, headers and body of the reply."""
    request = Communicator(application, scope_of(tab, path, method))
    await request.send_input({"type": "http.request", "body": body})
    start = await request.receive_output(PATIENCE_SECONDS)
    content, more = b"", True
    while more:
        part = await request.receive_output(PATIENCE_SECONDS)
        content += part.get("body", b"")
        more = part.get("more_body", False)
    await request.wait(PATIENCE_SECONDS)
    return start["status"], dict(start["headers"]), content


def scope_of(tab: Tab, path: str, method: str) -> dict[str, Any]:
    headers = [
        (b"host", urlsplit(ORIGIN).netloc.encode()),
        (b"cookie", tab.cookies.encode()),
        (b"content-type", b"application/x-www-form-urlencoded"),
    ]
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": headers,
    }


@contextmanager
def made() -> Iterator[list[str]]:
    """The threads in which connections to the database are made meanwhile."""
    found: list[str] = []

    def hear(**_: object) -> None:
        found.append(threading.current_thread().name)

    connection_created.connect(hear)
    try:
        yield found
    finally:
        connection_created.disconnect(hear)
