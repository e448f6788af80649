"""`kill -9` while a file is imported: each conversation comes once, and the report tells of it."""

from __future__ import annotations

import asyncio
import json
import uuid
from pathlib import Path
from random import Random

import pytest

from tests.support.archives.examples import chatgpt, turn
from tests.support.isolation.rounds import rounds
from tests.support.site import Site
from tests.support.visitor import Visitor

pytestmark = pytest.mark.server

KILLS = 10
CONVERSATIONS = 600
WORDS = "The moon, and the sun, and what else there is. " * 20


def archive() -> bytes:
    threads = [
        chatgpt(
            turn("root", None),
            turn("ask", "root", "user", f"Question {number}"),
            turn("one", "ask", "assistant", WORDS),
            turn("two", "ask", "assistant", f"{number} {WORDS}"),
            pk=f"c-{number}",
            title=f"Talk {number}",
        )
        for number in range(CONVERSATIONS)
    ]
    return json.dumps(threads).encode()


async def upload(visitor: Visitor, data: bytes) -> str:
    """The address of the import."""
    headers = {"X-CSRFToken": visitor.csrf_token}
    about = {"key": str(uuid.uuid4()), "name": "conversations.json", "size": str(len(data))}
    begun = (await visitor.http.post("/import/begin/", data=about, headers=headers)).json()
    path = f"/import/{begun['id']}/"
    for at in range(0, len(data), begun["part"]):
        part = data[at : at + begun["part"]]
        reply = await visitor.http.post(f"{path}part/?at={at}", content=part, headers=headers)
        assert reply.status_code == 200, reply.text
    return path


async def ended(visitor: Visitor, path: str) -> dict[str, str]:
    """What the report says once all was done."""
    while True:
        [report] = (await visitor.page(path)).all("data-report")
        if report.attributes["data-status"] not in ("waiting", "running"):
            return dict(report.attributes)
        await asyncio.sleep(0.2)


async def test_an_import_goes_on_after_kill_9(tmp_path: Path) -> None:
    site, moments = Site(tmp_path), Random(17)
    site.start()
    try:
        async with Visitor(site) as visitor:
            path = await upload(visitor, archive())
        for _ in range(rounds(KILLS)):
            await asyncio.sleep(moments.uniform(0, 0.6))  # any moment is what is tested
            site.kill()
            site.start()
        async with Visitor(site) as visitor, asyncio.timeout(120):
            said = await ended(visitor, path)
        assert said["data-status"] == "finished"
        counts = [said[f"data-{what}"] for what in ("taken", "unchanged", "updated", "refused")]
        assert counts == [str(CONVERSATIONS), "0", "0", "0"]
        assert kept(site) == [CONVERSATIONS, 3 * CONVERSATIONS, 2 * CONVERSATIONS]
        assert list((tmp_path / "transfers").iterdir()) == []
    finally:
        site.end()


def kept(site: Site) -> list[int]:
    tables = ("conversations_conversation", "conversations_message", "streaming_generation")
    return [site.rows(f"SELECT count(*) AS count FROM {table}")[0]["count"] for table in tables]
