"""R18: the same failure is not tried without end; it ends in a sentence on the page."""

from __future__ import annotations

import json
from typing import Any

import pytest

from streaming.live.backoff import Backoff
from streaming.live.protocol import CANNOT_SHOW
from streaming.live.thread import catch_up
from tests.support.living import Living
from tests.support.tabs import Tab


def broken(*_: Any) -> Any:
    raise ValueError("a fragment that cannot be made")


async def test_r18_what_cannot_be_shown_is_tried_a_few_times_and_then_said(
    living: Living,
    tab: Tab,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.SOCKET_RETRY_SECONDS = (0.01, 0.02)
    generation = await living.ended("All of it.")
    page = await tab.watch(generation.conversation_id)
    monkeypatch.setattr(catch_up, "catch_up", broken)
    async with page.connected() as socket:
        said = json.loads(await socket.recv())
        assert (said["type"], said["code"]) == ("error", "cannot_show")
        assert "All of it is kept." in said["message"]
        assert await socket.closed() == CANNOT_SHOW
    assert sum(1 for one in caplog.records if one.exc_info) == 3


def test_r18_waits_grow_to_the_last_and_old_failures_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [100.0]
    monkeypatch.setattr("streaming.live.backoff.time.monotonic", lambda: now[0])
    backoff = Backoff((1.0, 2.0, 4.0))
    assert [backoff.wait_or_give_up() for _ in range(5)] == [1.0, 2.0, 4.0, None, None]
    now[0] += 61
    assert backoff.wait_or_give_up() == 1.0


def test_r18_what_passes_without_help_is_tried_ever_more_slowly() -> None:
    backoff = Backoff((1.0, 2.0, 4.0))
    assert [backoff.wait() for _ in range(6)] == [1.0, 2.0, 4.0, 4.0, 4.0, 4.0]
