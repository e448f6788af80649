"""The journal's one writing thread: a group commit for all runs of the process, then the news.

An entry that finds the writer idle is committed at once. Under load commits are spaced, so
that each carries what many runs wrote. Runs read on the same beat then, and not before what
they read was committed: a longer frame also means fewer reads and fewer sends.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DataError, Error, IntegrityError, connections

from streaming import metrics
from streaming.journal import constraints, store
from streaming.journal.entries import Claim, Entry, Fenced
from streaming.journal.run_facts import RunFacts
from streaming.journal.stop_marks import StopMarks
from streaming.sqlite.base import let_go_first

logger = logging.getLogger(__name__)

RETRY_SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0)


class StorageUnavailable(Exception):
    """The database refused for too long; what was handed over last is not kept."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Milliseconds between commits: as long as the work that a frame causes, up to `most`."""

    most_ms: float
    ms_per_run: float

    def frame_seconds(self, runs: int, commit_seconds: float) -> float:
        wanted = max((runs - 1) * self.ms_per_run / 1000, commit_seconds * 2)
        return min(wanted, self.most_ms / 1000)


@dataclass(slots=True, eq=False)
class Part:
    """A frame's part of one run, or the run's end; `done` is answered on the loop."""

    claim: Claim
    done: asyncio.Future[bool]
    entries: Sequence[Entry] = ()
    facts: RunFacts | None = None
    since: float = field(default_factory=time.monotonic)
    answered: bool = False


class JournalWriter:
    """Commits what runs hand over. Call from the loop that started it."""

    def __init__(self, worker_id: int, pace: Pace, stop_marks: StopMarks) -> None:
        self._worker_id = worker_id
        self._pace = pace
        self._stop_marks = stop_marks
        self._loop = asyncio.get_running_loop()
        self._changed = threading.Condition()
        self._buffers: list[Callable[[], None]] = []
        self._parts: list[Part] = []
        self._stopping = False
        self._failures = 0
        self._unkept = 0
        self._when_kept: list[Callable[[], None]] = []
        self._thread = threading.Thread(target=self._work, name="journal", daemon=True)
        self._thread.start()

    @property
    def frame_seconds(self) -> float:
        """How long a frame is with as many runs as there are now."""
        return self._frame_seconds(0.0)

    @property
    def backlog(self) -> int:
        """How many parts of frames wait to be committed."""
        return len(self._parts)

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
        return self._submit(Part(claim, self._loop.create_future(), entries))

    async def close(self, claim: Claim, facts: RunFacts) -> bool:
        """End the run after all that was submitted; True if this call ended it."""
        return await self._submit(Part(claim, self._loop.create_future(), facts=facts))

    async def stop(self) -> None:
        """Commit all that was handed over, then end the thread."""
        self._gather()
        with self._changed:
            self._stopping = True
            self._changed.notify()
        await asyncio.to_thread(self._thread.join)

    def _submit(self, part: Part) -> asyncio.Future[bool]:
        if self._stopping:
            part.done.set_exception(StorageUnavailable())
            return part.done
        self._unkept += 1
        with self._changed:
            self._parts.append(part)
            self._changed.notify()
        return part.done

    def _gather(self) -> None:
        buffers, self._buffers = self._buffers, []
        with self._changed:  # held, so that the thread takes all of them at once
            for hand_over in buffers:
                hand_over()

    # The thread

    def _work(self) -> None:
        not_before = 0.0
        let_go_first(connections[DEFAULT_DB_ALIAS])
        try:
            while (frame := self._next_frame(not_before)) is not None:
                began = time.monotonic()
                refused = self._is_refused(frame)
                ended = time.monotonic()
                if refused:
                    not_before = ended + self._back_off()
                else:
                    not_before = began + self._frame_seconds(ended - began)
        finally:
            connections.close_all()

    def _next_frame(self, not_before: float) -> list[Part] | None:
        """All that was handed over, when it is time to commit it; None at the end."""
        with self._changed:
            while not self._parts or (not self._stopping and time.monotonic() < not_before):
                if self._stopping:
                    return None
                left = not_before - time.monotonic()
                self._changed.wait(max(left, 0) if self._parts else None)
            frame, self._parts = self._parts, []
            return frame

    def _frame_seconds(self, commit_seconds: float) -> float:
        return self._pace.frame_seconds(len(self._stop_marks.followed), commit_seconds)

    def _is_refused(self, frame: list[Part]) -> bool:
        """Write the frame; if it is refused, keep what was not answered for the next."""
        try:
            self._write(frame)
        except Error as trouble:
            logger.warning("The database refused: %s", trouble)
            metrics.REFUSALS.inc()
            connections.close_all()
            self._keep(frame)
            self._failures += 1
            return True
        self._failures = 0
        return False

    def _back_off(self) -> float:
        return RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS)) - 1]

    def _keep(self, parts: list[Part]) -> None:
        patient_until = time.monotonic() - settings.STORAGE_PATIENCE_SECONDS
        waiting = [part for part in parts if not part.answered]
        given_up = [
            part
            for part in waiting
            if self._stopping or (part.facts is None and part.since < patient_until)
        ]
        self._answer(given_up, StorageUnavailable())
        with self._changed:
            self._parts[:0] = [part for part in waiting if part not in given_up]

    def _write(self, parts: list[Part]) -> None:
        self._write_frame([part for part in parts if part.facts is None])
        for part in parts:
            if part.facts is not None:
                claim = part.claim
                ended = store.close(claim.generation_id, part.facts, epoch=claim.epoch)
                self._answer([part], ended)

    def _write_frame(self, parts: list[Part]) -> None:
        if not parts:
            return
        followed, began = self._stop_marks.followed, time.monotonic()
        rows = [(part.claim, part.entries) for part in parts]
        try:
            states = store.commit_frame(self._worker_id, rows)
        except Fenced:
            self._write_each(parts, Fenced())
        except IntegrityError as trouble:
            if not (constraints.is_double(trouble) or constraints.is_about_what_is_gone(trouble)):
                raise
            self._write_each(parts, Fenced())
        except (DataError, ValueError) as unfit:
            self._write_each(parts, unfit)
        else:
            metrics.COMMIT_SECONDS.observe(time.monotonic() - began)
            metrics.ENTRIES.inc(sum(len(part.entries) for part in parts))
            self._answer(parts, True)
            self._stop_marks.compare(followed, states)

    def _write_each(self, parts: list[Part], trouble: Exception) -> None:
        """One of the frame's runs was taken away, or says what nobody can store: find it.

        The others are kept.
        """
        if len(parts) > 1:
            for part in parts:
                self._write_frame([part])
            return
        self._answer(parts, trouble)

    def _answer(self, parts: Sequence[Part], outcome: bool | Exception) -> None:
        for part in parts:
            part.answered = True
        if parts:
            self._loop.call_soon_threadsafe(self._resolve, parts, outcome)

    def _resolve(self, parts: Sequence[Part], outcome: bool | Exception) -> None:
        for part in parts:
            if part.facts is not None or isinstance(outcome, Fenced):
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

    def _shown(self, part: Part, outcome: bool | Exception) -> None:
        if outcome is True and part.entries:
            metrics.SHOWN_SECONDS.observe(time.monotonic() - part.since)
        if not self._unkept:
            waiting, self._when_kept = self._when_kept, []
            for callback in waiting:
                callback()
