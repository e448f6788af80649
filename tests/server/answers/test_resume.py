"""Resume over real HTTP, with upstreams that obey, repeat, start over, or begin with a preamble.

Whatever interrupted the answer and however the model continues, the text in the end is the one
that it would have written without an interruption.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from streaming.demo.behaviours.texts import essay, section
from tests.support.kept import Kept, kept_answers
from tests.support.site import Site
from tests.support.upstream import Upstream
from tests.support.visitor import Sent, Visitor, answers

pytestmark = pytest.mark.server

PROMPT = "How does a river delta form?"
BREAKS_OFF = ("demo-flaky", "demo-cut", "demo-unterminated", "demo-error-mid")
IS_STOPPED = (
    "demo-prefill",
    "demo-echo-prefill",
    "demo-no-prefill",
    "demo-restarts",
    "demo-repeats",
    "demo-preamble",
)
SPEED = "+speed-8"
UNHURRIED = "+speed-3"
"""Slow enough to be stopped twice before its end, on a busy machine too."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, upstream: Upstream) -> Iterator[Site]:
    models = [f"{model}{SPEED}" for model in (*BREAKS_OFF, "demo-stuck", "demo-length")]
    models += [f"{model}{UNHURRIED}" for model in IS_STOPPED]
    folder: Path = tmp_path_factory.mktemp("resume")
    with upstream.site(folder, *models) as site:
        yield site


async def ask(visitor: Visitor, model: str, speed: str = SPEED) -> Sent:
    return await visitor.send(PROMPT, f"demo/{model}{speed}")


async def resume(visitor: Visitor, sent: Sent, model: str = "") -> None:
    fields = {"model": f"demo/{model}{SPEED}"} if model else {}
    reply = await visitor.post(f"/m/{sent.message}/resume/", **fields)
    assert reply.status_code == 303


async def read_to_the_end(visitor: Visitor, sent: Sent) -> Kept:
    """The last generation of the answer once it has ended; the page then shows what is kept."""
    watcher = await visitor.watch(sent.conversation)
    await watcher.watch_to_the_end()
    page = await visitor.conversation(sent.conversation)
    assert watcher.answer.shown() == answers(page)[-1].one("data-answer").shown()
    return last_run(visitor.site, sent)


async def stop_half_way(visitor: Visitor, sent: Sent) -> Kept:
    watcher = await visitor.watch(sent.conversation)
    watching = asyncio.create_task(watcher.watch_to_the_end())
    await watcher.reaches(watcher.cursor + 10)
    run = last_run(visitor.site, sent)
    await visitor.stop(run.generation)
    await watching
    return last_run(visitor.site, sent)


def last_run(site: Site, sent: Sent) -> Kept:
    runs = [kept for kept in kept_answers(site).values() if kept.message == sent.message]
    return max(runs, key=lambda run: run.generation)


@pytest.mark.parametrize("model", BREAKS_OFF)
async def test_an_answer_that_breaks_off_is_resumed_automatically(site: Site, model: str) -> None:
    async with Visitor(site) as visitor:
        sent = await ask(visitor, model)
        whole = await read_to_the_end(visitor, sent)
    assert (whole.status, whole.text) == ("finished", essay(PROMPT))


async def test_an_answer_that_does_not_get_any_further_offers_resume(site: Site) -> None:
    async with Visitor(site) as visitor:
        sent = await ask(visitor, "demo-stuck")
        broken = await read_to_the_end(visitor, sent)
        assert broken.status == "failed"
        assert 0 < len(broken.text) < len(essay(PROMPT))
        page = await visitor.conversation(sent.conversation)
        assert "broke off" in answers(page)[-1].text()
        assert page.all("data-action", "resume")
        await resume(visitor, sent, "demo-flaky")
        whole = await read_to_the_end(visitor, sent)
    assert (whole.status, whole.text) == ("finished", essay(PROMPT))


@pytest.mark.parametrize("model", IS_STOPPED)
async def test_a_stopped_answer_is_resumed_twice(site: Site, model: str) -> None:
    async with Visitor(site) as visitor:
        sent = await ask(visitor, model, UNHURRIED)
        stopped = await stop_half_way(visitor, sent)
        assert stopped.status == "cancelled"
        assert essay(PROMPT).startswith(stopped.text)
        await resume(visitor, sent)
        again = await stop_half_way(visitor, sent)
        assert (again.status, again.message) == ("cancelled", stopped.message)
        assert again.generation != stopped.generation
        assert essay(PROMPT).startswith(again.text)
        await resume(visitor, sent)
        whole = await read_to_the_end(visitor, sent)
    assert (whole.status, whole.text) == ("finished", essay(PROMPT))


async def test_an_answer_cut_by_length_is_resumed_until_it_is_whole(site: Site) -> None:
    async with Visitor(site) as visitor:
        sent = await ask(visitor, "demo-length")
        texts = [(await read_to_the_end(visitor, sent)).text]
        while texts[-1] != section(PROMPT):
            await resume(visitor, sent)
            texts.append((await read_to_the_end(visitor, sent)).text)
            assert texts[-1].startswith(texts[-2])
            assert len(texts[-1]) > len(texts[-2])
    assert len(texts) > 2


async def test_undo_brings_back_the_text_before_the_resume_exactly(site: Site) -> None:
    async with Visitor(site) as visitor:
        sent = await ask(visitor, "demo-prefill", UNHURRIED)
        first = await stop_half_way(visitor, sent)
        await resume(visitor, sent)
        second = await stop_half_way(visitor, sent)
        assert len(second.text) > len(first.text)
        reply = await visitor.post(f"/m/{sent.message}/undo-resume/")
        assert reply.status_code == 303
        assert last_run(site, sent).text == first.text
        page = await visitor.conversation(sent.conversation)
        assert page.all("data-action", "resume")
        await resume(visitor, sent)
        whole = await read_to_the_end(visitor, sent)
    assert (whole.status, whole.text) == ("finished", essay(PROMPT))
