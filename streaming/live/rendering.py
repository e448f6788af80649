"""Entries of a running answer as frames: rendered once each, at a cost that does not grow."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import translation

from conversations.languages.texts import speaking
from conversations.markdown import Operation, Renderer
from streaming.db_threads import in_thread
from streaming.error_messages import durations
from streaming.journal.entries import Entry, thought, written
from streaming.journal.snapshot import Snapshot
from streaming.journal.tool_calls import AnswerCalls
from streaming.live import fragments
from streaming.live.answers.rendered_answer import RenderedAnswer
from streaming.live.fragments import NO_ADDITIONS, Additions
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
    return sum(len(entry.text) for entry in entries) <= MOST_ON_THE_LOOP


class FrameRenderer:
    """Makes the frames of one generation that writes into one message, in order."""

    def __init__(self, generation_id: int, message_id: int, language: str) -> None:
        self.cursor = 0
        self._generation_id = generation_id
        self._message_id = message_id
        self._language = language
        self._renderer = Renderer(fragments.prefix(message_id))
        self._length = 0
        self._reasoning: list[str] = []
        self._calls = AnswerCalls()
        self._thought: float | None = None

    async def start(self, snapshot: Snapshot, known: Sequence[Entry]) -> None:
        """Take in what was kept and these entries, of which no frame is made."""
        text = snapshot.kept + written(known, "text")
        if len(text) <= MOST_ON_THE_LOOP:
            self._renderer.feed(text)
        else:
            await asyncio.to_thread(self._renderer.feed, text)
        self._length = len(text)
        self._reasoning = [snapshot.kept_reasoning, written(known, "reasoning")]
        self._calls, self._thought = AnswerCalls(snapshot.kept_calls), snapshot.kept_thought
        self._take_additions(known)
        self.cursor = known[-1].seq if known else 0

    def frame(self, entries: Sequence[Entry]) -> Frame:
        """The frame of the entries that follow the cursor."""
        return self._frame(entries, self._renderer.feed(written(entries, "text")))

    async def frame_of_many(self, entries: Sequence[Entry]) -> Frame:
        """As `frame`, of any size; what takes the renderer long it does off the loop."""
        text = written(entries, "text")
        if len(text) <= MOST_ON_THE_LOOP:
            return self.frame(entries)
        return self._frame(entries, await asyncio.to_thread(self._renderer.feed, text))

    async def last_frame(self, snapshot: Snapshot) -> Frame:
        """The frame with which the run ends: what is still missing, and how it ended."""
        operations = await asyncio.to_thread(self._complete, snapshot.kept[self._length :])
        text = await in_thread(speaking(self._language, fragments.ending))(
            self._range(self.cursor, self.cursor + 1),
            operations,
            snapshot.kept_reasoning[len("".join(self._reasoning)) :],
        )
        return Frame(self.cursor, self.cursor + 1, text, snapshot.status)

    def whole(self) -> RenderedAnswer:
        """The whole answer, for a page that is too far back for frames."""
        html, reasoning = self._renderer.html(), "".join(self._reasoning)
        calls = self._calls.as_they_stand()
        return RenderedAnswer(html, self._length, reasoning, self.cursor, calls, self._thought)

    def _frame(self, entries: Sequence[Entry], operations: Sequence[Operation]) -> Frame:
        start, self.cursor = self.cursor, entries[-1].seq
        self._length += len(written(entries, "text"))
        where = self._range(start, self.cursor)
        additions = self._take_additions(entries)
        self._reasoning.append(additions.reasoning)
        if additions == NO_ADDITIONS:  # nothing of it is in our words
            return Frame(start, self.cursor, fragments.frame(where, operations))
        with translation.override(self._language):
            text = fragments.frame(where, operations, additions)
        return Frame(start, self.cursor, text)

    def _complete(self, rest: str) -> list[Operation]:
        return [*self._renderer.feed(rest), *self._renderer.finish()]

    def _take_additions(self, entries: Sequence[Entry]) -> Additions:
        """What entries add next to the text; most add nothing."""
        if all(entry.kind == "text" for entry in entries):
            return NO_ADDITIONS
        spell = thought(entries)
        if spell is not None:
            self._thought = (self._thought or 0) + spell
        label = "" if spell is None else speaking(self._language, durations.thought)(self._thought)
        return Additions(written(entries, "reasoning"), label, self._calls.take(entries))

    def _range(self, start: int, end: int) -> FrameRange:
        return FrameRange(self._message_id, self._generation_id, start, end)
