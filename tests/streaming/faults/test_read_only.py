"""E14: a database that can be read and not written, under an answer that is being written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

import pytest
from django.db.backends.signals import connection_created

from streaming.db_threads import close_threads
from tests.support.document import parse
from tests.support.living import Living
from tests.support.tabs import Tab

pytestmark = pytest.mark.sqlite


@pytest.fixture
def read_only() -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Makes every connection of this process, and those that come, read-only for a while."""
    made: list[sqlite3.Connection] = []
    state = "OFF"

    def tell(raw: sqlite3.Connection) -> None:
        with suppress(sqlite3.ProgrammingError):  # it was closed
            raw.execute(f"PRAGMA query_only={state}")

    def keep(connection: Any, **_: Any) -> None:
        made.append(connection.connection)
        tell(made[-1])

    def turn(to: str) -> None:
        nonlocal state
        state = to
        for raw in made:
            tell(raw)

    @contextmanager
    def during() -> Iterator[None]:
        turn("ON")
        try:
            yield
        finally:
            turn("OFF")

    close_threads()  # so that all connections are made under these eyes
    connection_created.connect(keep)
    yield during
    connection_created.disconnect(keep)
    close_threads()


async def test_e14_read_only_nothing_is_shown_a_send_is_refused_and_the_answer_goes_on_after(
    impatient: None,
    read_only: Callable[[], AbstractContextManager[None]],
    living: Living,
    tab: Tab,
) -> None:
    answer = await living.answering()
    await answer.says("kept ")
    with read_only():
        await answer.talk.say("and later kept")
        reply = await tab.post(
            "/send/", prompt="Dear words", model="puppet/teller", conversation=""
        )
        assert reply.status_code == 503
        page = parse(reply.content.decode())
        assert page.one("name", "prompt").text().strip() == "Dear words"
        assert (await living.snapshot(answer.pk)).text == "kept "
    await answer.finishes()
    assert (await living.snapshot(answer.pk)).text == "kept and later kept"
