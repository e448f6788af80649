"""E14 with a PostgreSQL that is gone: while an answer is written, and before a process starts."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidHandshake

from tests.services.support.fleet import Member, fleet
from tests.services.support.servers import Postgres
from tests.services.support.watching import expects_whole_answer, watch_on
from tests.support.document import parse
from tests.support.kept import kept_answers
from tests.support.site import Program
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor

pytestmark = pytest.mark.services

MODEL = "demo-clock-50-50000"
SENTENCE = "The server cannot save right now. Your text is still here."


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    """A server of the test's own."""
    postgres = Postgres()
    postgres.start()
    yield postgres
    postgres.end()


@pytest.fixture
def site(tmp_path: Path, upstream: Upstream, postgres: Postgres) -> Iterator[Member]:
    url = postgres.create("chatsite")
    with fleet(tmp_path, upstream, MODEL, processes=1, DATABASE_URL=url) as (site,):
        yield site


async def test_e14_postgresql_gone_for_ten_seconds_loses_no_word_and_no_send(
    site: Member, postgres: Postgres
) -> None:
    async with Visitor(site) as visitor:
        sent = await visitor.send("Write down the time.", f"demo/{MODEL}")
        watcher = visitor.watch_on(sent)
        watching = asyncio.create_task(watcher.watch_to_the_end())
        await watcher.reaches(20)
        postgres.crash()
        ten_seconds = asyncio.create_task(asyncio.sleep(10))  # so long it is gone
        refusing = asyncio.create_task(expects_refusal_with_its_text(visitor))
        pages = [visitor.http.get(path) for path in ("/", "/healthz", "/metrics")]
        assert [page.status_code for page in await asyncio.gather(*pages)] == [503, 503, 200]
        with pytest.raises(InvalidHandshake):
            async with watch_on(site, sent, visitor).connected():
                """A socket whose session cannot be read."""
        await refusing
        standing = watcher.cursor
        await ten_seconds
        assert watcher.cursor == standing
        await asyncio.to_thread(postgres.start)
        await watcher.reaches(standing + 20)
        await visitor.stop(sent.generation)
        await watching
        kept = kept_answers(site)
        assert list(kept) == [sent.generation]
        assert (watcher.status, kept[sent.generation].status) == ("cancelled", "cancelled")
        expects_whole_answer(watcher, kept[sent.generation].text)
        words = kept[sent.generation].text.split()
        assert len(words) == len(set(words))
        again = await visitor.send("And now?", f"demo/{MODEL}")
        await visitor.stop(again.generation)
    assert "Traceback" not in "".join(site.running.printed)


async def test_a_process_that_starts_before_its_database_serves_once_that_is_there(
    site: Member, postgres: Postgres
) -> None:
    site.terminate()
    postgres.crash()
    command = ["-m", "daphne", "-p", str(site.port), "chatsite.asgi:application"]
    site.program = Program([sys.executable, *command], site.environment)
    site.program.wait_for_line(re.compile("Listening"))
    async with httpx.AsyncClient(base_url=site.base_url, trust_env=False, timeout=60) as client:
        assert (await client.get("/healthz")).status_code == 503
        assert (await client.get("/readyz")).json()["serving"] == "not started"
        await asyncio.to_thread(postgres.start)
        async with asyncio.timeout(20):
            while (await client.get("/readyz")).status_code != 200:  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.2)
    async with Visitor(site) as visitor:
        sent = await visitor.send("Go.", f"demo/{MODEL}")
        watcher = visitor.watch_on(sent)
        watching = asyncio.create_task(watcher.watch_to_the_end())
        await watcher.reaches(5)
        await visitor.stop(sent.generation)
        await watching
    assert "Traceback" not in "".join(site.running.printed)


async def expects_refusal_with_its_text(visitor: Visitor) -> None:
    reply = await visitor.post(
        "/send/", prompt="Dear words", model=f"demo/{MODEL}", conversation=""
    )
    assert reply.status_code == 503
    assert SENTENCE in reply.text
    form = parse(reply.text)
    assert form.one("name", "prompt").text().strip() == "Dear words"
    assert form.one("name", "model").attributes["value"] == f"demo/{MODEL}"
    assert form.one("name", "key").attributes["value"]
