"""Fixtures: the living parts of the site, a browser, and titles that do not wait a second."""

from __future__ import annotations

import asyncio
from typing import TypeAlias

import pytest

from streaming.titles import automatic
from streaming.titles.requests import Work
from tests.support.living import living, owner
from tests.support.tabs import tab

__all__ = ["Carried", "carried", "living", "owner", "tab"]

Carried: TypeAlias = "asyncio.Queue[int]"
"""The requests that were carried out automatically, each once all of it is kept."""


@pytest.fixture(autouse=True)
def carried(monkeypatch: pytest.MonkeyPatch) -> Carried:
    rows: Carried = asyncio.Queue()
    carry_out = automatic._carry_out

    async def tell(work: Work) -> None:
        await carry_out(work)
        rows.put_nowait(work.row_id)

    monkeypatch.setattr(automatic, "_carry_out", tell)
    monkeypatch.setattr(automatic, "EVERY_SECONDS", 0.02)
    return rows
