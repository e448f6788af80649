"""What comes over a connection is read when its backpressure says so, and all of it then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from streaming.providers.http.tcp_stream import MOST_UNREAD, Incoming

SOON = 30


class Beat:
    """Backpressure whose moments a test decides."""

    def __init__(self) -> None:
        self.due: list[Callable[[], None]] = []

    def when_due(self, read: Callable[[], None]) -> None:
        self.due.append(read)

    def come(self) -> None:
        due, self.due = self.due, []
        for read in due:
            read()


class Transport(asyncio.Transport):
    """Notes whether it may read."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = True

    def pause_reading(self) -> None:
        self.reads = False

    def resume_reading(self) -> None:
        self.reads = True


def incoming(backpressure: Beat | None = None) -> Incoming:
    made = Incoming()
    made.connection_made(Transport())
    made.backpressure = backpressure
    return made


async def begun(work: Any) -> asyncio.Task[bytes]:
    task: asyncio.Task[bytes] = asyncio.create_task(work)
    await asyncio.sleep(0)
    return task


async def result(task: asyncio.Task[bytes]) -> bytes:
    async with asyncio.timeout(SOON):
        return await task


async def test_without_backpressure_what_comes_is_read_at_once() -> None:
    connection = incoming()
    reading = await begun(connection.read(100))
    connection.data_received(b"Hello")
    assert await result(reading) == b"Hello"
    connection.data_received(b"more")
    assert await result(await begun(connection.read(3))) == b"mor"
    assert await result(await begun(connection.read(3))) == b"e"


@pytest.mark.parametrize("before", [True, False])
async def test_under_backpressure_all_that_came_is_read_together(*, before: bool) -> None:
    beat = Beat()
    connection = incoming(beat)
    if before:
        connection.data_received(b"one ")
    reading = await begun(connection.read(100))
    if not before:
        connection.data_received(b"one ")
    connection.data_received(b"two ")
    connection.data_received(b"three")
    await asyncio.sleep(0)
    assert not reading.done()
    assert len(beat.due) == 1
    beat.come()
    assert await result(reading) == b"one two three"


async def test_a_moment_in_which_nothing_has_come_is_no_end() -> None:
    """A reader that was cancelled leaves its moment to the next."""
    beat = Beat()
    connection = incoming(beat)
    reading = await begun(connection.read(100))
    connection.data_received(b"one")
    reading.cancel()
    await asyncio.wait([reading])
    connection.backpressure = None
    assert await result(await begun(connection.read(100))) == b"one"
    connection.backpressure = beat
    reading = await begun(connection.read(100))
    beat.come()
    await asyncio.sleep(0)
    assert not reading.done()
    connection.data_received(b"two")
    beat.come()
    assert await result(reading) == b"two"


async def test_the_end_is_read_at_once_after_all_that_came() -> None:
    connection = incoming(Beat())
    reading = await begun(connection.read(100))
    connection.data_received(b"last")
    connection.eof_received()
    assert await result(reading) == b"last"
    assert await result(await begun(connection.read(100))) == b""


async def test_a_connection_that_breaks_says_so_after_all_that_came() -> None:
    connection = incoming(Beat())
    reading = await begun(connection.read(100))
    connection.data_received(b"last")
    connection.connection_lost(ConnectionResetError("cut"))
    assert await result(reading) == b"last"
    with pytest.raises(ConnectionResetError):
        await result(await begun(connection.read(100)))


async def test_r15_who_does_not_read_holds_no_more_than_the_bound() -> None:
    connection = incoming()
    transport = connection.transport
    assert isinstance(transport, Transport)
    connection.data_received(b"x" * MOST_UNREAD)
    assert not transport.reads
    await result(await begun(connection.read(10)))
    assert transport.reads


async def test_who_writes_much_waits_until_the_other_side_took_it() -> None:
    connection = incoming()
    await connection.flushed()
    connection.pause_writing()
    waiting = await begun(connection.flushed())
    assert not waiting.done()
    connection.resume_writing()
    await result(waiting)
    connection.pause_writing()
    waiting = await begun(connection.flushed())
    connection.connection_lost(BrokenPipeError("gone"))
    with pytest.raises(BrokenPipeError):
        await result(waiting)
