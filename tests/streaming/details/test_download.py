"""An answer as a file that is sent while it is being written, and ends when the answer does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.contrib.auth.models import User

from chatsite.asgi import application
from conversations.models import Conversation, Message
from streaming import lifecycle
from streaming.error_messages import replies
from streaming.live.sockets import Sockets
from streaming.models import Generation
from tests.support.living import (
    PREFILLER,
    TELLER,
    Living,
    alive,
)
from tests.support.puppet import PATIENCE_SECONDS
from tests.support.tabs import Tab, watched

SAID = (
    "The quick brown fox jumps over the lazy dog, and then it sits down for a while to think "
    "about what it has done; the dog, meanwhile, sleeps on and dreams of "
)


class DownloadClient:
    """A client that reads the file as it comes."""

    def __init__(self, message_id: int, cookies: str) -> None:
        self.text = ""
        self.over = False
        self.status = 0
        self.headers: dict[str, str] = {}
        communicator: Any = ApplicationCommunicator
        self._asgi = communicator(
            application,
            {
                "type": "http",
                "method": "GET",
                "path": f"/m/{message_id}/answer.md",
                "query_string": b"",
                "headers": [(b"host", b"127.0.0.1"), (b"cookie", cookies.encode())],
            },
        )

    async def begin(self) -> None:
        await self._asgi.send_input({"type": "http.request", "body": b""})
        start = await self._asgi.receive_output(PATIENCE_SECONDS)
        self.status = start["status"]
        self.headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}

    async def reads(self, text: str) -> None:
        """Returns once the file holds that text, and nothing after it."""
        while self.text != text:
            assert text.startswith(self.text), self.text
            await self._more()

    async def ends(self) -> str:
        while not self.over:
            await self._more()
        return self.text

    async def hang_up(self) -> None:
        await self._asgi.send_input({"type": "http.disconnect"})
        await self._asgi.wait(PATIENCE_SECONDS)

    async def _more(self) -> None:
        event = await self._asgi.receive_output(PATIENCE_SECONDS)
        self.text += event.get("body", b"").decode()
        self.over = not event.get("more_body", False)


@asynccontextmanager
async def downloading(tab: Tab, run: Generation) -> AsyncIterator[DownloadClient]:
    download = DownloadClient(run.message_id, tab.cookies)
    await download.begin()
    assert download.status == 200
    yield download
    await download.hang_up()


async def test_it_grows_with_the_answer_and_ends_with_it(living: Living, tab: Tab) -> None:
    answer = await living.answering("What is a *queue*?")
    await answer.says("A *line* ", "of ")
    async with downloading(tab, await living.run(answer.pk)) as download:
        await download.reads("A *line* of ")
        await answer.says("people")
        await download.reads("A *line* of people")
        await answer.says(". 🙂")
        generation = await answer.finishes(prompt_tokens=1234, completion_tokens=56)
        text = await download.ends()
    told, footer = text.split("\n\n---\n\n")
    assert told == generation.message.text == "A *line* of people. 🙂"
    assert footer == "*teller (Puppet) · finished · 1,234 tokens in, 56 out*\n"
    assert download.headers["content-type"] == "text/markdown; charset=utf-8"
    name = f"what-is-a-queue-{generation.message_id}.md"
    assert download.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert "content-length" not in download.headers


async def test_of_an_ended_answer_it_is_there_at_once(living: Living, tab: Tab) -> None:
    answer = await living.answering()
    await answer.says("So far")
    run = await answer.stops()
    async with downloading(tab, run) as download:
        text = await download.ends()
    assert text.startswith("So far\n\n---\n\n*teller (Puppet) · stopped · ")


async def test_an_answer_without_a_word_yet_can_be_waited_for(living: Living, tab: Tab) -> None:
    answer = await living.answering()
    async with downloading(tab, await living.run(answer.pk)) as download:
        await answer.says("At last.")
        await download.reads("At last.")
        await answer.finishes()
        assert (await download.ends()).startswith("At last.\n\n---\n\n")


async def test_an_answer_that_goes_on_by_itself_has_not_ended(
    transactional_db: None, owner: User, settings: Any
) -> None:
    settings.BACK_OFF_SECONDS = (0.01,)
    async with alive(owner, settings) as living:
        tab = Tab()
        await tab.sign_in(owner)
        answer = await living.answering("Tell me", model=PREFILLER)
        await answer.says(SAID)
        async with downloading(tab, await living.run(answer.pk)) as download:
            await download.reads(SAID)
            await answer.talk.cut()
            going_on = await living.puppet.talk()
            await going_on.say("rabbits.")
            await download.reads(SAID + "rabbits.")
            await going_on.finish()
            assert (await download.ends()).startswith(SAID + "rabbits.\n\n---\n\n*prefiller ")


async def test_a_resumed_answer_is_sent_with_what_was_kept(living: Living, tab: Tab) -> None:
    first = await living.answering("Tell me", model=PREFILLER)
    await first.says(SAID)
    generation = await first.stops()
    going_on = await living.resuming(generation.message_id)
    async with downloading(tab, generation) as download:
        await download.reads(SAID)
        await going_on.says("rabbits.")
        await download.reads(SAID + "rabbits.")
        await going_on.finishes()
        await download.ends()


async def test_an_answer_that_moved_to_a_new_version_ends_the_file_of_the_old(
    living: Living, tab: Tab
) -> None:
    first = await living.answering("Tell me", model=TELLER)
    await first.says(SAID)
    generation = await first.stops()
    going_on = await living.resuming(generation.message_id)
    async with downloading(tab, generation) as download:
        await download.reads(SAID)
        await going_on.talk.say(SAID[:130] + "and never mind the dog." + " It sleeps." * 40)
        assert (await download.ends()).startswith(SAID + "\n\n---\n\n*teller (Puppet) · stopped")
    await going_on.finishes()


async def test_who_hangs_up_is_not_listened_for_any_more(living: Living, tab: Tab) -> None:
    answer = await living.answering()
    await answer.says("So far")
    listeners = living.site.bus._subscribers
    before = dict(listeners)
    async with downloading(tab, await living.run(answer.pk)) as download:
        await download.reads("So far")
        assert len(listeners) > len(before)
    assert dict(listeners) == before
    await answer.stops()


async def test_a_lost_ring_is_no_lost_word(
    living: Living, tab: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streaming.details.download.LOOK_SECONDS", 0.02)
    answer = await living.answering()
    await answer.says("So far")
    async with downloading(tab, await living.run(answer.pk)) as download:
        await download.reads("So far")
        monkeypatch.setattr(living.site.bus, "publish", lambda *news: None)
        await answer.talk.say(", so good.")
        await download.reads("So far, so good.")
        monkeypatch.undo()
        await answer.finishes()
        await download.ends()


async def test_a_deleted_conversation_ends_the_file(living: Living, tab: Tab) -> None:
    answer = await living.answering()
    await answer.says("So far")
    async with downloading(tab, await living.run(answer.pk)) as download:
        await download.reads("So far")
        await living.do(Conversation.objects.all().delete)
        await answer.talk.say("to nobody")
        assert await download.ends() == "So far"


async def test_r11_a_file_is_found_through_its_owner_alone(living: Living, tab: Tab) -> None:
    answer = await living.answering()
    await answer.says("So far")
    generation = await answer.stops()
    path = f"/m/{generation.message_id}/answer.md"
    stranger, nobody = Tab(), Tab()
    await stranger.sign_in(await living.do(lambda: User.objects.create_user("stranger")))
    unknown = await stranger.get("/m/999999/answer.md")
    found = await stranger.get(path)
    assert (found.status_code, found.content) == (404, unknown.content)
    assert (await nobody.get(path)).status_code == 302
    assert (await tab.post(path)).status_code == 405
    asked = await living.do(lambda: Message.objects.get(role="user").pk)
    assert (await tab.get(f"/m/{asked}/answer.md")).status_code == 404


# Counted and ended like sockets


@pytest.fixture
def often(settings: Any) -> None:
    settings.SIGN_INS_EVERY_SECONDS = 0.05


@pytest.mark.parametrize("way", ["signs out", "is switched off", "changes the password"])
async def test_r12_it_ends_with_the_sign_in_also_while_upstream_is_silent(
    often: None, living: Living, tab: Tab, way: str
) -> None:
    answer = await living.answering()
    await answer.says("So far")
    async with downloading(tab, await living.run(answer.pk)) as download:
        await download.reads("So far")
        match way:
            case "signs out":
                await tab.post("/logout/")
            case "is switched off":
                await living.do(lambda: User.objects.update(is_active=False))
            case "changes the password":
                living.owner.set_password("another one, a long one")
                await living.do(living.owner.save)
        assert await download.ends() == f"So far\n\n---\n\n*{replies.DOWNLOAD_SIGNED_OUT}*\n"
    assert len(living.site.sockets) == 0
    await answer.says(" and after")
    await answer.stops()


async def test_l3_it_counts_like_a_socket_and_the_oldest_makes_room(
    living: Living, tab: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(living.site, "sockets", Sockets(2, 100))
    answer = await living.answering()
    await answer.says("So far")
    run = await living.run(answer.pk)
    page = await watched(living, tab, answer)
    async with downloading(tab, run) as oldest, downloading(tab, run) as second:
        await oldest.reads("So far")
        await second.reads("So far")
        assert len(living.site.sockets) == 2
        async with page.connected():
            assert await oldest.ends() == f"So far\n\n---\n\n*{replies.DOWNLOAD_CROWDED_OUT}*\n"
        await answer.finishes()
        assert (await second.ends()).startswith("So far\n\n---\n\n*teller")
    assert len(living.site.sockets) == 0


async def test_l3_a_full_process_sends_none(
    living: Living, tab: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = await living.ended("So far")
    path = f"/m/{generation.message_id}/answer.md"
    monkeypatch.setattr(living.site, "sockets", Sockets(20, 1))
    assert (await tab.get(path)).status_code == 200
    monkeypatch.setattr(living.site, "sockets", Sockets(20, 0))
    refused = await tab.get(path)
    assert (refused.status_code, refused["Retry-After"]) == (503, "60")


async def test_a_running_answer_offers_the_file(living: Living, tab: Tab) -> None:
    answer = await living.answering()
    generation = await living.run(answer.pk)
    page = await tab.page(f"/c/{generation.conversation_id}/")
    [link] = page.all("data-action", "save")
    assert link.attributes["href"] == f"/m/{generation.message_id}/answer.md"
    await answer.stops()


async def test_a_shutdown_ends_it(living: Living, tab: Tab) -> None:
    answer = await living.answering()
    await answer.says("So far")
    async with downloading(tab, await living.run(answer.pk)) as download:
        await download.reads("So far")
        stopping = asyncio.create_task(lifecycle.stop())
        assert "interrupted" in await download.ends()
        await stopping
