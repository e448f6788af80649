"""The sources that an answer names: kept with it, numbered below it, and taken along with it."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from conversations.answers import sources
from conversations.models import Conversation, Message
from conversations.sharing import copying, shares
from conversations.transfer import archive
from streaming import actions
from streaming.cluster.bus import Topic
from streaming.journal import store
from streaming.journal.run_facts import RunFacts
from streaming.sharing import making
from streaming.transfer.incoming import conversations as conversations_in
from streaming.transfer.outgoing import conversations as conversations_out
from streaming.transfer.outgoing import pages
from tests.support import rows
from tests.support.document import parse
from tests.support.living import Answering, Living, hearing, living, owner
from tests.support.tabs import Tab, tab, watched

__all__ = ["living", "owner", "tab"]

FIRST, SECOND = "https://a.example/tides?day=1&lang=en", "https://b.example/"
REL = "noopener noreferrer nofollow"


async def names(answer: Answering, *urls: str) -> None:
    cited = [{"url_citation": {"url": url, "title": f"About {url[8]}"}} for url in urls]
    await answer.talk.event({"choices": [{"index": 0, "delta": {"annotations": cited}}]})
    kept = sources.entry(urls[-1], f"About {urls[-1][8]}")
    living = answer.living
    with hearing(living.site.bus, Topic.ENTRIES.of(answer.pk)) as rung:
        while kept not in [entry.text for entry in (await living.snapshot(answer.pk)).entries]:
            await rung.wait()
            rung.clear()


def listed(html: Any) -> list[tuple[str, str]]:
    """Addresses and titles of the list below an answer."""
    links = [link for section in html.all("data-sources") for link in section.all("rel", REL)]
    return [(link.attributes["href"], link.text().strip()) for link in links]


async def test_sources_are_kept_shown_added_by_a_resume_and_dropped_by_its_undoing(
    living: Living, tab: Tab
) -> None:
    answer = await living.answering("The tides?")
    await answer.says("High ")
    await names(answer, FIRST)
    run = await answer.stops()
    place = f"/c/{run.conversation_id}/"
    message = await living.message(run.message_id)
    assert message.citations == [{"url": FIRST, "title": "About a", "generation": run.pk}]
    assert listed(await tab.page(place)) == [(FIRST, "About a")]
    resumed = await living.resuming(run.message_id)
    await names(resumed, FIRST, SECOND)
    await resumed.talk.say("water.")
    last = await resumed.finishes()
    assert listed(await tab.page(place)) == [(FIRST, "About a"), (SECOND, "About b")]
    message = await living.message(run.message_id)
    assert [row["generation"] for row in message.citations] == [run.pk, last.pk]
    await living.do(lambda: actions.undo_resume(living.owner, uuid.uuid4(), message))
    assert listed(await tab.page(place)) == [(FIRST, "About a")]


async def test_they_stand_below_the_answer_when_it_ends_without_a_reload(
    living: Living, tab: Tab
) -> None:
    answer = await living.answering("The tides?")
    page = await watched(living, tab, answer)
    async with page.connected() as socket:
        await answer.says("High water.")
        await names(answer, FIRST)
        await answer.finishes()
        await page.ends(socket)
    assert listed(page.page) == [(FIRST, "About a")]


def run_with_sources(owner: User) -> Message:
    """An answer whose process died after its sources were kept."""
    run = rows.running(owner, rows.worker())
    odd = 'https://c.example/"><script>alert(1)</script>'
    entries = [sources.entry(url, '<b>"T"</b> [x](javascript:y)') for url in (FIRST, FIRST, SECOND)]
    rows.keep(run, "High water.", *((sources.KIND, each) for each in entries))
    rows.keep(run, (sources.KIND, sources.entry(odd, "x")))
    store.close(run.pk, RunFacts(run.Status.INTERRUPTED))
    return Message.objects.get(pk=run.message_id)


@pytest.fixture
def message(owner: User) -> Message:
    return run_with_sources(owner)


def test_only_addresses_that_a_page_may_link_to_are_kept_and_each_once(message: Message) -> None:
    assert [row["url"] for row in message.citations] == [FIRST, SECOND]


def test_they_go_out_and_come_in_and_nobody_vouches_for_an_archive(
    owner: User, message: Message
) -> None:
    words = "".join(conversations_out.written(message.conversation))
    Conversation.everything.all().delete()
    odd = words.replace(SECOND, "javascript:alert(1)")
    for text, urls in ((words, [FIRST, SECOND]), (odd, [FIRST])):
        other = User.objects.create_user(f"other{len(urls)}")
        copy = conversations_in.take(other, archive.thread(json.loads(text))).conversation
        assert copy is not None
        answer = copy.messages.get(role="assistant")
        assert [row["url"] for row in answer.citations] == urls
        assert {row["generation"] for row in answer.citations} == {answer.generations.get().pk}


def test_files_of_a_conversation_list_them(message: Message) -> None:
    text = "".join(pages.markdown(message.conversation))
    assert f'1. [\\<b\\>"T"\\</b\\> \\[x\\](javascript:y)](<{FIRST}>)\n2. ' in text
    html = "".join(pages.html(message.conversation))
    page = parse(html)
    assert [link.attributes["href"] for link in page.all("rel", REL)] == [FIRST, SECOND]
    assert "<b>" not in html


def test_a_share_and_its_copy_have_them(client: Client, owner: User, message: Message) -> None:
    share = shares.make(owner, uuid.uuid4(), message, making.of_branch(message, ()), ())
    page = parse(client.get(f"/s/{share.token}/").content.decode())
    assert [link.attributes["href"] for link in page.all("rel", REL)] == [FIRST, SECOND]
    other = User.objects.create_user("other")
    copied = copying.copy(other, share).messages.get(role="assistant")
    assert [row["url"] for row in copied.citations] == [FIRST, SECOND]
