"""Who may listen at a conversation's socket, what may be said there, and who does not read."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User

from streaming.cluster.bus import Subject, Topic
from streaming.live.protocol import NOT_FOUND, SIGNED_OUT, TOO_MANY_BAD_COMMANDS
from streaming.models import Generation
from tests.support.living import Answering, Living
from tests.support.tabs import (
    Closed,
    Page,
    Socket,
    Tab,
    follow,
    is_at,
    reads,
    watched,
)

# A reader who does not read


@pytest.mark.parametrize(
    ("bound", "most"), [("SOCKET_UNREAD_FRAMES", 4), ("SOCKET_UNREAD_BYTES", 400)]
)
async def test_l4_a_page_that_does_not_read_is_sent_no_more_and_then_all_in_one(
    living: Living, tab: Tab, settings: Any, bound: str, most: int
) -> None:
    setattr(settings, bound, most)
    answer = await living.answering()
    page = await watched(living, tab, answer)
    async with page.connected() as socket:
        await page.joins(socket)
        await answer.says(*(f"{number} " for number in range(12)))
        await nobody_hears(living, Topic.ENTRIES.of(answer.pk))
        while not await socket.receive_nothing(timeout=0):
            await page.take_in_one(socket)
        assert 2 <= page.cursor <= 5
        frames = len(page.frames)
        await acknowledge(page, socket)
        await page.take_in_one(socket)
        assert (page.cursor, len(page.frames)) == (12, frames + 1)
        await acknowledge(page, socket)
        await answer.finishes()
        await page.ends(socket)
    assert page.answer.text().split() == [str(number) for number in range(12)]
    assert (page.gaps, page.doubles) == (0, 0)


async def test_l4_a_slow_page_beside_a_fast_one_gets_the_same_frames_as_it_reads(
    living: Living, tab: Tab, settings: Any
) -> None:
    settings.SOCKET_UNREAD_FRAMES = 4
    answer = await living.answering()
    slow, fast = [await watched(living, tab, answer) for _ in range(2)]
    async with slow.connected() as socket, fast.connected() as other:
        for number in range(12):
            await answer.says(f"{number} ")
            await fast.until(other, is_at(number + 1))
            await acknowledge(fast, other)
        while slow.cursor < 12:
            await slow.take_in_one(socket)
            await acknowledge(slow, socket)
    assert slow.answer.shown() == fast.answer.shown()
    assert (slow.gaps, slow.doubles) == (0, 0)


async def nobody_hears(living: Living, subject: Subject) -> None:
    """Waits until no page is shown it any more."""
    async with asyncio.timeout(10):
        while subject in listeners(living):  # noqa: ASYNC110 (nothing rings for this)
            await asyncio.sleep(0)


async def acknowledge(page: Page, socket: Any) -> None:
    generation = int(page.article.attributes["data-generation"])
    await socket.send(json.dumps({"type": "ack", "generation": generation, "seq": page.cursor}))


# Who may listen, and what may be said


async def test_r11_a_signed_out_visitor_is_told_so(living: Living) -> None:
    generation = await living.ended("Private.")
    socket = Socket(f"/ws/c/{generation.conversation_id}/")
    await socket.open()
    assert await socket.closed() == SIGNED_OUT
    await socket.disconnect()


async def test_r11_a_foreign_conversation_is_as_little_there_as_none(
    living: Living, tab: Tab
) -> None:
    generation = await living.ended("Private.")
    other = Tab()
    await other.sign_in(await living.do(lambda: User.objects.create_user("other")))
    page = await tab.watch(generation.conversation_id)
    for conversation in (generation.conversation_id, uuid.uuid4()):
        socket = Socket(f"/ws/c/{conversation}/", other.cookies)
        await socket.open()
        await socket.send(follow(page))
        with pytest.raises(Closed) as closed:
            await socket.recv()
        assert closed.value.code == NOT_FOUND
        await socket.disconnect()


async def test_a_conversation_that_begins_in_a_page_is_followed_by_the_socket_it_has(
    living: Living, tab: Tab
) -> None:
    socket: Any = Socket("/ws/", tab.cookies)
    await socket.open()
    await socket.send(json.dumps({"type": "follow", "leaf": None}))
    answer = await living.answering()
    page = await watched(living, tab, answer)
    await socket.send(follow(page, conversation=str(await conversation_of(living, answer))))
    await answer.says("Here ", "it is.")
    await page.shows(socket, "Here it is.")
    await answer.finishes()
    await page.ends(socket)
    await socket.disconnect()


async def test_r11_a_page_cannot_have_a_foreign_conversation_begin_in_it(
    living: Living, tab: Tab
) -> None:
    page = await watched(living, tab, answer := await living.answering())
    other = Tab()
    await other.sign_in(await living.do(lambda: User.objects.create_user("other")))
    for conversation in (await conversation_of(living, answer), uuid.uuid4()):
        socket = Socket("/ws/", other.cookies)
        await socket.open()
        await socket.send(follow(page, conversation=str(conversation)))
        with pytest.raises(Closed) as closed:
            await socket.recv()
        assert closed.value.code == NOT_FOUND
        await socket.disconnect()


async def test_a_socket_shows_one_conversation(living: Living, tab: Tab) -> None:
    first, second = await living.ended("One."), await living.ended("Two.")
    page = await tab.watch(first.conversation_id)
    async with page.connected() as socket:
        await page.joins(socket)
        for bad in (str(second.conversation_id), "no id", 7):
            await socket.send(follow(page, conversation=bad))
            assert "bad_command" in await socket.recv()
        await page.joins(socket)


async def conversation_of(living: Living, answer: Answering) -> uuid.UUID:
    return (await living.run(answer.pk)).conversation_id


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "https://elsewhere.example",
        "http://127.0.0.1:1",
        "https://127.0.0.1:8000",
        "http://127.0.0.1.elsewhere.example:8000",
        "null",
        "",
        "http://[::1",
        "http://127.0.0.1:port",
        "http://127.0.0.1:99999",
        "http://\u2100.example",
    ],
)
async def test_a_socket_from_another_origin_is_refused(
    living: Living, tab: Tab, origin: str | None
) -> None:
    generation = await living.ended("Private.")
    socket = Socket(f"/ws/c/{generation.conversation_id}/", tab.cookies, origin)
    with pytest.raises(Closed):
        await socket.open()


@pytest.mark.parametrize("path", ["/ws/c/7/", "/", "/ws/c/"])
async def test_an_unknown_address_is_closed_without_a_trace(
    living: Living, tab: Tab, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    socket = Socket(path, tab.cookies)
    with pytest.raises(Closed):
        await socket.open()
    assert caplog.text == ""


BAD = [
    "",
    "{",
    "[]",
    '"follow"',
    "null",
    "[" * 100_000,
    "1" * 10_000,
    '{"type": "follow", "leaf": "1"}',
    '{"type": "follow", "leaf": 1.5}',
    '{"type": "follow", "leaf": true}',
    '{"type": "follow", "after": -1}',
    '{"type": "follow", "generation": 1e400}',
    '{"type": "follow", "after": 99999999999999999999}',
    '{"type": "ack"}',
    '{"type": "ack", "generation": 1, "seq": null}',
    '{"type": "stop"}',
    '{"type": ["follow"]}',
    "{}",
    b"\x00\xff",
]


@pytest.mark.parametrize("said", BAD, ids=lambda said: str(said[:40]))
async def test_a_malformed_command_is_answered_with_a_sentence_and_the_socket_goes_on(
    living: Living, tab: Tab, said: str | bytes
) -> None:
    answer = await living.answering()
    page = await watched(living, tab, answer)
    async with page.connected(follow=False) as socket:
        await socket.send(said)
        complaint = json.loads(await socket.recv())
        assert complaint["type"] == "error"
        assert complaint["message"].endswith(".")
        await page.follow(socket)
        await answer.says("It goes on")
        await page.until(socket, reads("It goes on"))


async def test_ten_malformed_commands_in_a_minute_close_the_socket(
    living: Living, tab: Tab
) -> None:
    generation = await living.ended("All of it.")
    page = await tab.watch(generation.conversation_id)
    async with page.connected(follow=False) as socket:
        for _ in range(9):
            await socket.send("nonsense")
            assert json.loads(await socket.recv())["code"] == "bad_command"
        await socket.send("nonsense")
        assert await socket.closed() == TOO_MANY_BAD_COMMANDS


async def test_a_page_that_has_not_said_where_it_stands_is_sent_nothing(
    living: Living, tab: Tab
) -> None:
    answer = await living.answering()
    page = await watched(living, tab, answer)
    async with page.connected(follow=False) as socket:
        await answer.says("So far")
        assert await socket.receive_nothing(timeout=0.05)


async def test_a_socket_that_closes_leaves_nobody_listening(living: Living, tab: Tab) -> None:
    answer = await living.answering()
    before = listeners(living)
    page = await watched(living, tab, answer)
    for frames in (0, 1):
        async with page.connected() as socket:
            await answer.says("More ")
            for _ in range(frames):
                await page.take_in_one(socket)
        await answer.says("and more ")
    assert listeners(living) == before
    assert (await living.run(answer.pk)).status == Generation.Status.RUNNING


def listeners(living: Living) -> dict[Subject, list[Any]]:
    return {subject: list(found) for subject, found in living.site.bus._subscribers.items()}
