"""E14: whoever only reads needs no turn to write, and does not wait for those who write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from streaming.sqlite.base import lines
from tests.support.living import Living
from tests.support.tabs import Tab

pytestmark = pytest.mark.sqlite


@contextmanager
def somebody_writes() -> Iterator[None]:
    """One thread has its turn to write, for as long as this lasts."""
    line = lines[str(connection.settings_dict["NAME"])]
    assert line.enter(1)
    try:
        yield
    finally:
        line.leave()


async def test_e14_every_page_is_there_while_somebody_writes(
    impatient: None, living: Living, tab: Tab
) -> None:
    run = await living.ended("Some words.", prompt="Other words")
    page, message = f"/c/{run.conversation_id}/", run.message_id
    paths = [
        "/",
        page,
        f"{page}?before={message}",
        f"{page}?whole",
        f"{page}?from={message}",
        f"{page}?branch={message}",
        f"{page}?q=words",
        f"{page}branches/",
        "/search/?q=words",
        "/search/?q=words+is:starred",
        "/archive/",
        "/trash/",
        "/settings/",
        f"/m/{message}/details/",
        f"/m/{message}/source/",
    ]
    before = {path: (await tab.get(path)).status_code for path in paths}
    with somebody_writes():
        found = {path: (await tab.get(path)).status_code for path in paths}
    assert found == before
    assert set(before.values()) <= {200, 303}
