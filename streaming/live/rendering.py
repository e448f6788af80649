"""Entries of a running answer as frames: rendered once each, at a cost that does not grow."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import translation

from conversations.languages.texts import speaking
from streaming.db_threads import in_thread
from streaming.journal.entries import TEXT, Entry
from streaming.journal.snapshot import Snapshot
from streaming.live import fragments
from streaming.live.answers.changes import Change
from streaming.live.answers.growing_answer import GrowingAnswer
from streaming.live.answers.rendered_answer import RenderedAnswer
from streaming.live.protocol import FrameRange

MOST_ON_THE_LOOP = 2_000
"""Characters that are rendered at once; more of them could hold up everybody else."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What takes a page from entry `start` to entry `end`; with a `status` the run ended so."""

    start: int
    end: int
    text: str
    status: str = ""


def renders_quickly(entries: Sequence[Entry]) -> bool:
    """Whether `FrameRenderer.frame` may be called with these on the loop."""
    return _size(entries) <= MOST_ON_THE_LOOP


class FrameRenderer:
    """Makes the frames of one generation that writes into one message, in order."""

    def __init__(self, generation_id: int, message_id: int, language: str) -> None:
        self.cursor = 0
        self._generation_id = generation_id
        self._message_id = message_id
        self._language = language
        self._answer = GrowingAnswer(generation_id, message_id)

    async def start(self, snapshot: Snapshot, known: Sequence[Entry]) -> None:
        """Take in what was kept and these entries, of which no frame is made."""
        if len(snapshot.kept) + _size(known) <= MOST_ON_THE_LOOP:
            self._answer.start(snapshot, known)
        else:
            await asyncio.to_thread(self._answer.start, snapshot, known)
        self.cursor = known[-1].seq if known else 0

    def frame(self, entries: Sequence[Entry]) -> Frame:
        """The frame of the entries that follow the cursor."""
        if all(entry.kind == TEXT for entry in entries):  # nothing of it is in our words
            return self._frame(entries, self._answer.take(entries))
        with translation.override(self._language):
            return self._frame(entries, self._answer.take(entries))

    async def frame_of_many(self, entries: Sequence[Entry]) -> Frame:
        """As `frame`, of any size; what takes the renderer long it does off the loop."""
        if renders_quickly(entries):
            return self.frame(entries)
        return await asyncio.to_thread(self.frame, entries)

    async def last_frame(self, snapshot: Snapshot) -> Frame | None:
        """The frame with which the run ends: what is still missing, and how it ended. None where
        parts of the answer are missing, which only its rows hold.
        """
        finish = speaking(self._language, self._answer.finish)
        changes = await asyncio.to_thread(finish, snapshot)
        if changes is None:
            return None
        where = self._range(self.cursor, self.cursor + 1)
        text = await in_thread(speaking(self._language, fragments.ending))(where, changes)
        return Frame(self.cursor, self.cursor + 1, text, snapshot.status)

    def whole(self) -> RenderedAnswer:
        """The whole answer, for a page that is too far back for frames."""
        with translation.override(self._language):
            return self._answer.whole(self.cursor)

    def _frame(self, entries: Sequence[Entry], changes: Sequence[Change]) -> Frame:
        start, self.cursor = self.cursor, entries[-1].seq
        where = self._range(start, self.cursor)
        return Frame(start, self.cursor, fragments.frame(where, changes))

    def _range(self, start: int, end: int) -> FrameRange:
        return FrameRange(self._message_id, self._generation_id, start, end)


def _size(entries: Sequence[Entry]) -> int:
    return sum(len(entry.text) for entry in entries)
