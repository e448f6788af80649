"""E14 on a running site: a database that is locked, or a disk that is full, and no word lost."""

from __future__ import annotations

import asyncio
import re
import resource
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import pytest

from tests.support.document import Element, parse
from tests.support.kept import kept_answers
from tests.support.site import Site
from tests.support.upstream import Upstream
from tests.support.visitor import Sent, Visitor
from tests.support.watcher import Watcher

pytestmark = pytest.mark.server


CLOCK = "demo-clock-50-1500"
BRIEF = "demo-clock-50-100"
SENTENCE = "The server cannot save right now. Your text is still here."


@pytest.fixture(scope="module")
def clock_site(tmp_path_factory: pytest.TempPathFactory, upstream: Upstream) -> Iterator[Site]:
    """A site that meets each trouble in turn, and has to recover automatically each time."""
    with upstream.site(tmp_path_factory.mktemp("clock-site"), CLOCK, BRIEF) as site:
        yield site


@contextmanager
def locked(site: Site) -> Iterator[None]:
    """Another process holds the write lock of the site's database."""
    path = site.folder / "chatsite.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def full_disk(site: Site) -> Iterator[None]:
    """The site's process can write no file past its first page."""
    pid = site.running.process.pid
    usual = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, usual[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, usual)


@asynccontextmanager
async def writing(visitor: Visitor) -> AsyncIterator[tuple[Sent, Watcher]]:
    """An answer that somebody watches."""
    sent = await visitor.send("Write down the time.", f"demo/{CLOCK}")
    watcher = visitor.watch_on(sent)
    watching = asyncio.create_task(watcher.watch_to_the_end())
    await watcher.reaches(10)
    yield sent, watcher
    await watching


async def expects_refusal_with_its_text(visitor: Visitor) -> Element:
    reply = await visitor.post(
        "/send/", prompt="Dear words", model=f"demo/{CLOCK}", conversation=""
    )
    assert reply.status_code == 503
    assert SENTENCE in reply.text
    page = parse(reply.text)
    assert page.one("name", "prompt").text().strip() == "Dear words"
    return page


@contextmanager
def unknown_people(site: Site) -> Iterator[None]:
    """Sessions cannot be read, so nobody knows who asks."""
    with closing(sqlite3.connect(site.folder / "chatsite.sqlite3", timeout=30)) as other:
        other.execute("ALTER TABLE django_session RENAME TO away")
        yield
        other.execute("ALTER TABLE away RENAME TO django_session")


async def shows_all_that_is_kept(site: Site, sent: Sent, watcher: Watcher) -> int:
    """Waits until the page has every entry that was committed; its cursor then."""
    committed = len(kept_answers(site)[sent.generation].entries)
    await watcher.reaches(committed)
    return committed


def expects_shown_is_kept(site: Site, sent: Sent, watcher: Watcher) -> None:
    kept = kept_answers(site)[sent.generation].text
    assert kept.strip().startswith(watcher.answer.text().strip())
    assert (watcher.gaps, watcher.doubles) == (0, 0)


async def test_e14_locked_for_three_seconds_an_answer_waits_and_continues(
    clock_site: Site,
) -> None:
    site = clock_site
    async with Visitor(site) as visitor, writing(visitor) as (sent, watcher):
        with locked(site):
            standing = await shows_all_that_is_kept(site, sent, watcher)
            sending = asyncio.create_task(visitor.send("Me too", f"demo/{CLOCK}"))
            await asyncio.sleep(3)  # so long it is locked: nothing may be shown meanwhile
            assert watcher.cursor == standing
            expects_shown_is_kept(site, sent, watcher)
        second = await sending  # it waited for the lock, as every write does
        await watcher.reaches(standing + 20)
        await visitor.stop(second.generation)
        await visitor.stop(sent.generation)
    expects_shown_is_kept(site, sent, watcher)
    assert kept_answers(site)[sent.generation].status == "cancelled"


async def test_e14_gone_for_ten_seconds_sends_are_refused_and_an_answer_continues_afterwards(
    clock_site: Site,
) -> None:
    site = clock_site
    async with Visitor(site) as visitor, writing(visitor) as (sent, watcher):
        before = len(kept_answers(site))
        with locked(site):
            await asyncio.gather(
                expects_refusal_with_its_text(visitor), asyncio.sleep(10)
            )  # as above
            standing = watcher.cursor
            expects_shown_is_kept(site, sent, watcher)
        assert len(kept_answers(site)) == before
        await watcher.reaches(standing + 20)
        await visitor.stop(sent.generation)
    expects_shown_is_kept(site, sent, watcher)
    assert kept_answers(site)[sent.generation].status == "cancelled"


async def test_e14_on_a_full_disk_nothing_is_shown_and_room_fixes_it(
    clock_site: Site,
) -> None:
    site = clock_site
    async with Visitor(site) as visitor, writing(visitor) as (sent, watcher):
        with full_disk(site):
            await expects_refusal_with_its_text(visitor)
            standing = await shows_all_that_is_kept(site, sent, watcher)
            await asyncio.sleep(1)  # in which nothing may be shown
            assert watcher.cursor == standing
            expects_shown_is_kept(site, sent, watcher)
            reply = await visitor.http.get("/healthz")
            assert reply.status_code == 503
        await watcher.reaches(standing + 20)
        assert (await visitor.http.get("/healthz")).status_code == 200
        await visitor.stop(sent.generation)
    expects_shown_is_kept(site, sent, watcher)
    assert "Traceback" not in "".join(site.running.printed)


async def test_e14_where_nobody_knows_who_asks_the_text_comes_back_and_can_be_sent_again(
    clock_site: Site,
) -> None:
    site = clock_site
    async with Visitor(site) as visitor:
        with unknown_people(site):
            refused = await expects_refusal_with_its_text(visitor)
            pages = [visitor.http.get(path) for path in ("/", "/login/", "/metrics")]
            replies = await asyncio.gather(*pages)
            # The sign-in page has to read the session, too.
            assert [reply.status_code for reply in replies] == [503, 503, 200]
        fields = {
            field.attributes["name"]: field.attributes.get("value", "")
            for field in refused.all("name")
            if field.attributes["name"] in ("model", "conversation", "key")
        }
        reply = await visitor.post("/send/", prompt="Dear words", **fields)
        assert reply.status_code == 303
        (run,) = (run for run in kept_answers(site).values() if run.status == "running")
        await visitor.stop(run.generation)
    assert "Traceback" not in "".join(site.running.printed)


async def test_e14_where_it_does_not_get_better_an_answer_ends_failed_with_what_was_saved(
    tmp_path: Path, upstream: Upstream
) -> None:
    with upstream.site(tmp_path, CLOCK) as site:
        site.terminate()
        site.settings = site.settings | {"STORAGE_PATIENCE_SECONDS": "2"}
        site.start()
        async with Visitor(site) as visitor:
            async with writing(visitor) as (sent, watcher):
                with full_disk(site):
                    await asyncio.sleep(3.5)  # longer than the site's patience
                    assert watcher.status == "running"  # no end is shown that is not saved
            kept = kept_answers(site)[sent.generation]
            assert (kept.status, kept.entries) == ("failed", ())
            assert watcher.status == "failed"
            page = await visitor.conversation(sent.conversation)
            assert "cannot save right now" in page.one("data-status", "failed").text()
            again = await visitor.send("And now?", f"demo/{CLOCK}")
            await visitor.stop(again.generation)
        expects_shown_is_kept(site, sent, watcher)


async def test_fifty_answers_at_once_never_find_the_database_locked(clock_site: Site) -> None:
    site, before = clock_site, len(clock_site.running.printed)
    async with Visitor(site) as visitor, asyncio.timeout(60):
        sends = (visitor.send(f"Number {number}", f"demo/{BRIEF}") for number in range(50))
        runs = {sent.generation for sent in await asyncio.gather(*sends)}

        def statuses() -> set[str]:
            kept = kept_answers(site)
            return {kept[run].status for run in runs}

        while "running" in statuses():  # noqa: ASYNC110 (another process writes them)
            await asyncio.sleep(0.2)
    assert statuses() == {"finished"}
    assert not re.search("locked|refused|Traceback", "".join(site.running.printed[before:]))
