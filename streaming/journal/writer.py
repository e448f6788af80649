"""The journal's writer, as runs on the loop see it: hand over, and hear when it is kept.

Runs are read at the pace of commits, and not before what they read was committed: a longer
frame also means fewer reads and fewer sends.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from streaming import metrics
from streaming.journal.commit_thread import CommitThread, FramePart
from streaming.journal.entries import Claim, Entry, Fenced, StorageUnavailable
from streaming.journal.pace import Pace
from streaming.journal.run_facts import RunFacts
from streaming.journal.stop_marks import StopMarks


class JournalWriter:
    """Commits what runs hand over. Call from the loop that started it."""

    def __init__(self, worker_id: int, pace: Pace, stop_marks: StopMarks) -> None:
        self._stop_marks = stop_marks
        self._pace = pace
        self._loop = asyncio.get_running_loop()
        self._buffers: list[Callable[[], None]] = []
        self._unkept = 0
        self._when_kept: list[Callable[[], None]] = []
        self._thread = CommitThread(worker_id, stop_marks, self._hear)
        self._thread.start()

    @property
    def frame_seconds(self) -> float:
        """How long a frame is with as many runs as there are now."""
        runs = len(self._stop_marks.followed)
        return self._pace.frame_seconds(runs, self._thread.commit_seconds)

    @property
    def backlog(self) -> int:
        """How many parts of frames wait to be committed."""
        return self._thread.backlog

    def when_kept(self, callback: Callable[[], None]) -> None:
        """Call back once all that was handed over is kept and shown, or refused; maybe now."""
        if self._unkept:
            self._when_kept.append(callback)
        else:
            callback()

    def at_turns_end(self, hand_over: Callable[[], None]) -> None:
        """Call `hand_over`, which submits, at the end of this turn of the loop.

        What is submitted then is one frame, and of each run all that it read in this turn.
        """
        if not self._buffers:
            self._loop.call_soon(self._gather)
        self._buffers.append(hand_over)

    def submit(self, claim: Claim, entries: Sequence[Entry]) -> asyncio.Future[bool]:
        """Commit the run's next entries; the future is done once they are kept.

        It raises Fenced if the run is no longer this process's, StorageUnavailable if the
        database could not be written for 30 seconds. Given up, they may still be kept.
        """
        return self._submit(FramePart(claim, self._loop.create_future(), entries))

    async def close(self, claim: Claim, facts: RunFacts) -> bool:
        """End the run after all that was submitted; True if this call ended it.

        After this call nobody tells it to stop: it is already ending, and a look at the marks
        that comes between its last commit and its answer would find a run that is not held.
        """
        self._stop_marks.unfollow(claim)
        return await self._submit(FramePart(claim, self._loop.create_future(), facts=facts))

    async def stop(self) -> None:
        """Commit all that was handed over, then end the thread."""
        self._gather()
        self._thread.stop()
        await asyncio.to_thread(self._thread.join)

    def _submit(self, part: FramePart) -> asyncio.Future[bool]:
        if self._thread.is_stopping:
            part.done.set_exception(StorageUnavailable())
            return part.done
        self._unkept += 1
        self._thread.put(part)
        return part.done

    def _gather(self) -> None:
        buffers, self._buffers = self._buffers, []
        with self._thread.changed:  # held, so that the thread takes all of them at once
            for hand_over in buffers:
                hand_over()

    def _hear(self, parts: Sequence[FramePart], outcome: bool | Exception) -> None:
        """In the journal's thread."""
        self._loop.call_soon_threadsafe(self._resolve, parts, outcome)

    def _resolve(self, parts: Sequence[FramePart], outcome: bool | Exception) -> None:
        for part in parts:
            if isinstance(outcome, Fenced):
                self._stop_marks.unfollow(part.claim)
            if part.done.done():
                continue
            if isinstance(outcome, Exception):
                part.done.set_exception(outcome)
            else:
                part.done.set_result(outcome)
        self._unkept -= len(parts)
        # Rendering is one turn of the loop away, and sending another.
        self._loop.call_soon(self._loop.call_soon, self._shown, parts[0], outcome)

    def _shown(self, part: FramePart, outcome: bool | Exception) -> None:
        if outcome is True and part.entries:
            metrics.SHOWN_SECONDS.observe(time.monotonic() - part.since)
        if not self._unkept:
            waiting, self._when_kept = self._when_kept, []
            for callback in waiting:
                callback()
