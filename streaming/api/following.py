"""A live answer as events: caught up from a cursor, followed, and ended with its end.

Listening comes before reading, so that nothing falls between the two, and a message that the bus
loses costs no more than LOOK_SECONDS. A reader holds what it is being sent, and nothing else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db import DatabaseError
from django.utils import translation

from conversations.models import Message
from conversations.roles.rights import Role
from streaming.api import standing
from streaming.api.cursor import Cursor
from streaming.api.standing import Standing
from streaming.cluster.bus import Topic
from streaming.db_threads import in_thread
from streaming.error_messages import replies, retelling
from streaming.journal import store
from streaming.journal.entries import REASONING, TEXT, Entry, Place, written
from streaming.journal.tool_calls import AnswerCall, AnswerCalls
from streaming.live.protocol import TOO_MANY_SOCKETS
from streaming.models import Generation
from streaming.site import site

logger = logging.getLogger(__name__)

T = TypeVar("T")

LOOK_SECONDS = 1.0
BEAT_SECONDS = 15.0
PIECE = 8192
"""Characters of an event, at most."""


@dataclass(frozen=True, slots=True)
class Event:
    """`cursor` is where the reader stands after it; None for a beat, which tells nothing."""

    name: str
    cursor: Cursor | None
    facts: dict[str, Any]


BEAT = Event("beat", None, {})


class Reader:
    """Somebody who reads an answer, as `Sockets` counts them; a closed one is told why."""

    def __init__(self, user_id: int, held_by: str) -> None:
        self.user_id = user_id
        self.session_key = held_by
        self.role: Role | None = None
        self.language = translation.get_language()
        self.closed: dict[str, str] = {}
        self.wake: Callable[[], None] = lambda: None

    def end(self, code: int) -> None:
        crowded = code == TOO_MANY_SOCKETS
        with translation.override(self.language):
            why = replies.DOWNLOAD_CROWDED_OUT if crowded else replies.DOWNLOAD_SIGNED_OUT
            self.closed = {"reason": "crowded_out" if crowded else "signed_out", "detail": str(why)}
        self.wake()


async def events(message: Message, cursor: Cursor, reader: Reader) -> AsyncGenerator[Event, None]:
    """To the end of the answer. Runs that follow each other automatically are one answer."""
    message_id = message.pk
    while True:
        generation = await _patiently(in_thread(standing.last_pk), message_id)
        with _hearing(generation, message.conversation_id, reader) as changes:
            now = await _patiently(in_thread(standing.load), message_id, cursor.generation)
            if now is None:
                yield Event("deleted", cursor._replace(ended=True), {})
                return
            for event in _caught_up(now, cursor):
                yield event
            cursor = _at_its_end(now)
            if not now.running:
                yield Event("end", cursor._replace(ended=True), _ending(now, reader))
                return
            if now.generation == generation:
                async with aclosing(_growing(now, cursor, changes, reader)) as more:
                    async for event in more:
                        cursor = event.cursor or cursor
                        yield event
            if reader.closed:
                yield Event("closed", cursor, reader.closed)
                return


async def _patiently(look: Callable[..., Awaitable[T]], message_id: int, *more: int) -> T:
    """What the database says, once it says something: a reader waits as one of a page does."""
    while True:
        try:
            return await look(message_id, *more)
        except DatabaseError as trouble:
            logger.warning("Answer %d cannot be read: %s", message_id, trouble)
            await asyncio.sleep(LOOK_SECONDS)


def _caught_up(now: Standing, cursor: Cursor) -> Iterator[Event]:
    """What leads a reader from its cursor to how things stand."""
    at, cut = now.place(cursor)
    if cut is not None:
        yield Event(cut.why, at, {"from": cut.text, "tool_calls": cut.calls})
    yield from _pieces("reasoning", now.reasoning, at)
    at = at._replace(reasoning=len(now.reasoning))
    yield from _pieces("text", now.text, at)
    at = at._replace(text=len(now.text))
    for call in now.told_calls[at.calls :]:
        at = at._replace(calls=call.number + 1)
        yield _call(call, at)


def _at_its_end(now: Standing) -> Cursor:
    return Cursor(now.generation, len(now.text), len(now.reasoning), len(now.told_calls))


async def _growing(
    now: Standing, cursor: Cursor, changes: _Changes, reader: Reader
) -> AsyncGenerator[Event, None]:
    """What is committed from then on, until it is time to look how the answer stands."""
    journal, calls, seq, quiet = site().broadcasts.reader, now.calls, now.seq, 0.0
    while not reader.closed:
        is_news = await changes.come()
        try:
            entries = await journal.after(Place(now.generation, seq, now.message_id))
        except DatabaseError:
            return
        for event in _added(entries, cursor, calls):
            cursor = event.cursor or cursor
            yield event
        seq, quiet = (entries[-1].seq, 0.0) if entries else (seq, quiet + (not is_news))
        if changes.over or not (entries or is_news or await _runs(now.generation)):
            return
        if quiet * LOOK_SECONDS >= BEAT_SECONDS:
            quiet = 0.0
            yield BEAT


async def _runs(generation_id: int) -> bool:
    """What was said of its end may have been lost."""
    with suppress(DatabaseError):
        return await in_thread(store.is_running)(generation_id)
    return False


def _added(entries: Sequence[Entry], at: Cursor, calls: AnswerCalls) -> Iterator[Event]:
    for name, kind in (("reasoning", REASONING), ("text", TEXT)):
        if more := written(entries, kind):
            start = getattr(at, name)
            yield from _pieces(name, more, at, start)
            at = _moved(at, name, start + len(more))
    calls.take(entries)
    for call in standing.complete(calls, all_of_them=False)[at.calls :] if calls.all else ():
        at = at._replace(calls=call.number + 1)
        yield _call(call, at)


def _pieces(name: str, text: str, at: Cursor, before: int = 0) -> Iterator[Event]:
    """The text, of which `before` characters come earlier, from where the reader stands on."""
    for start in range(getattr(at, name) - before, len(text), PIECE):
        piece = text[start : start + PIECE]
        there = before + start
        yield Event(name, _moved(at, name, there + len(piece)), {"from": there, "text": piece})


def _moved(at: Cursor, name: str, characters: int) -> Cursor:
    if name == "text":
        return at._replace(text=characters)
    return at._replace(reasoning=characters)


def _call(call: AnswerCall, at: Cursor) -> Event:
    facts = {"number": call.number, "id": call.id, "name": call.name}
    return Event("tool_call", at, {**facts, "arguments": call.arguments, "state": call.state})


def _ending(now: Standing, reader: Reader) -> dict[str, Any]:
    last = now.last
    if last is None:
        return {"status": Generation.Status.FINISHED.value, "characters": len(now.text)}
    ending: dict[str, Any] = {
        "status": last.status,
        "finish_reason": last.finish_reason,
        "characters": len(now.text),
        "model": last.choice,
    }
    if last.error_code:
        with translation.override(reader.language):
            said = retelling.retold(last.error_message)
        ending["error"] = {"code": last.error_code, "detail": said}
    return ending


class _Changes:
    """Whether something was heard of a run since it was last asked, and whether it may be over."""

    def __init__(self) -> None:
        self.over = False
        self._heard = asyncio.Event()

    def hear(self, *_: object) -> None:
        self._heard.set()

    def end(self, *_: object) -> None:
        self.over = True
        self._heard.set()

    async def come(self) -> bool:
        """False if LOOK_SECONDS went by."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._heard.wait()
        except TimeoutError:
            return False
        self._heard.clear()
        return True


@contextmanager
def _hearing(generation_id: int, conversation_id: UUID, reader: Reader) -> Iterator[_Changes]:
    """The conversation, too: what other processes do is looked for where somebody hears of that."""
    changes, bus = _Changes(), site().bus
    listeners = {
        Topic.ENTRIES.of(generation_id): changes.hear,
        Topic.COMMITTED.of(generation_id): changes.hear,
        Topic.CLOSED.of(generation_id): changes.end,
        Topic.MOVED.of(generation_id): changes.end,
        Topic.THREAD.of(conversation_id): changes.hear,
    }
    for subject, listener in listeners.items():
        bus.subscribe(subject, listener)
    reader.wake = changes.hear
    try:
        yield changes
    finally:
        for subject, listener in listeners.items():
            bus.unsubscribe(subject, listener)
