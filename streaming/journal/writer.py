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
from streaming.journal.store import (
    Claim,
    Ending,
    Entry,
    Fenced,
    RunState,
)
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
    poll_ms: float

    def frame_seconds(self, runs: int, commit_seconds: float) -> float:
        wanted = max((runs - 1) * self.ms_per_run / 1000, commit_seconds * 2)
        return min(wanted, self.most_ms / 1000)


@dataclass(slots=True)
class _Job:
    """A frame's part of one run, or its ending; `done` is answered on the loop."""

    claim: Claim
    done: asyncio.Future[bool]
    entries: Sequence[Entry] = ()
    ending: Ending | None = None
    since: float = field(default_factory=time.monotonic)
    answered: bool = False


class JournalWriter:
    """Commits what runs hand over. Call from the loop that started it."""

    def __init__(
        self,
        worker_id: int,
        pace: Pace,
        *,
        on_stop: Callable[[int], None],
        every_second: Callable[[], None],
    ) -> None:
        self._worker_id = worker_id
        self._pace = pace
        self._on_stop = on_stop
        self._every_second = every_second
        self._loop = asyncio.get_running_loop()
        self._changed = threading.Condition()
        self._passing_on = False
        self._works: list[Callable[[], None]] = []
        self._gathered: list[_Job] = []
        self._jobs: list[_Job] = []
        self._runs: dict[int, Claim] = {}
        self._stopping = self._look = False
        self._failures = 0
        self._unkept = 0
        self._when_kept: list[Callable[[], None]] = []
        self._thread = threading.Thread(target=self._work, name="journal", daemon=True)
        self._thread.start()

    @property
    def frame_seconds(self) -> float:
        """How long a frame is with as many runs as there are now."""
        return self._pace.frame_seconds(len(self._runs), 0.0)

    @property
    def backlog(self) -> int:
        """How many parts of frames wait to be committed."""
        return len(self._gathered) + len(self._jobs)

    def when_kept(self, callback: Callable[[], None]) -> None:
        """Call back once all that was handed over is kept and shown, or refused; maybe now."""
        if self._unkept:
            self._when_kept.append(callback)
        else:
            callback()

    def follow(self, claim: Claim) -> None:
        """Watch a run's stop mark from now until it is closed."""
        with self._changed:
            self._runs[claim.generation_id] = claim
            self._changed.notify()

    def let_go(self, claim: Claim) -> None:
        """Watch the run no more. From any thread."""
        with self._changed:
            self._runs.pop(claim.generation_id, None)

    def look_soon(self) -> None:
        """Read the stop marks now, not at the next frame or poll."""
        with self._changed:
            self._look = True
            self._changed.notify()

    async def append(self, claim: Claim, pieces: Sequence[tuple[str, str]]) -> list[Entry]:
        """Commit (kind, text) pieces as the run's next entries; returns once they are kept.

        Raises Fenced if the run is no longer this process's, StorageUnavailable if the
        database could not be written for 30 seconds. A cancelled call may still be kept.
        """
        entries, kept = self.submit(claim, pieces)
        await kept
        return entries

    def submit(
        self, claim: Claim, pieces: Sequence[tuple[str, str]]
    ) -> tuple[list[Entry], asyncio.Future[bool]]:
        """As `append`, without waiting: the entries, and a future for when they are kept."""
        entries = [Entry(claim.seq + at, *piece) for at, piece in enumerate(pieces, 1)]
        claim.seq += len(entries)
        return entries, self._hand_over(_Job(claim, self._loop.create_future(), entries))

    def at_turns_end(self, work: Callable[[], None]) -> None:
        """Do `work`, which submits, at the end of this turn of the loop, and pass it on then."""
        self._works.append(work)
        self._pass_on_soon()

    async def close(self, claim: Claim, ending: Ending) -> bool:
        """End the run behind all that was appended; True if this call ended it."""
        return await self._hand_over(_Job(claim, self._loop.create_future(), ending=ending))

    async def stop(self) -> None:
        """Commit all that was handed over, then end the thread."""
        self._pass_on()
        with self._changed:
            self._stopping = True
            self._changed.notify()
        await asyncio.to_thread(self._thread.join)

    def _hand_over(self, job: _Job) -> asyncio.Future[bool]:
        """Runs that read in the same turn of the loop are passed on together, at its end."""
        if self._stopping:
            job.done.set_exception(StorageUnavailable())
            return job.done
        self._unkept += 1
        self._gathered.append(job)
        self._pass_on_soon()
        return job.done

    def _pass_on_soon(self) -> None:
        if not self._passing_on:
            self._passing_on = True
            self._loop.call_soon(self._pass_on)

    def _pass_on(self) -> None:
        works, self._works = self._works, []
        for work in works:
            work()
        self._passing_on = False
        with self._changed:
            self._jobs += self._gathered
            self._gathered = []
            self._changed.notify()

    # The thread

    def _work(self) -> None:
        not_before = next_second = 0.0
        let_go_first(connections[DEFAULT_DB_ALIAS])
        try:
            while (jobs := self._next_jobs(not_before)) is not None:
                began = time.monotonic()
                failed = self._guarded(jobs)
                ended = time.monotonic()
                if failed:
                    not_before = ended + self._back_off()
                elif jobs:
                    spacing = self._pace.frame_seconds(len(self._runs), ended - began)
                    not_before = began + spacing
                if ended >= next_second and not failed:
                    next_second = ended + 1
                    self._guarded(None)
        finally:
            connections.close_all()

    def _next_jobs(self, not_before: float) -> list[_Job] | None:
        """The next frame; an empty one when it is time to look around; None at the end."""
        with self._changed:
            looked = time.monotonic()
            while True:
                now = time.monotonic()
                look_at = looked + (self._pace.poll_ms / 1000 if self._runs else 1.0)
                if self._jobs and (now >= not_before or self._stopping):
                    jobs, self._jobs, self._look = self._jobs, [], False
                    return jobs
                if self._stopping:
                    return None
                if now >= look_at or self._look:
                    self._look = False
                    return []
                due = min(not_before, look_at) if self._jobs else look_at
                self._changed.wait(max(due - now, 0))

    def _guarded(self, jobs: list[_Job] | None) -> bool:
        """Do one round; on a refusal keep what was not answered for the next. True: refused."""
        try:
            if jobs is None:
                self._every_second()
            elif jobs:
                self._write(jobs)
            else:
                watched = self._watched()
                self._report(watched, store.run_states(self._worker_id))
        except Error as trouble:
            logger.warning("The database refused: %s", trouble)
            metrics.REFUSALS.inc()
            connections.close_all()
            self._keep(jobs or [])
            self._failures += 1
            return True
        if jobs != []:
            self._failures = 0
        return False

    def _back_off(self) -> float:
        return RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS)) - 1]

    def _keep(self, jobs: list[_Job]) -> None:
        patient_until = time.monotonic() - settings.STORAGE_PATIENCE_SECONDS
        waiting = [job for job in jobs if not job.answered]
        given_up = [
            job
            for job in waiting
            if self._stopping or (job.ending is None and job.since < patient_until)
        ]
        self._answer(given_up, StorageUnavailable())
        with self._changed:
            self._jobs[:0] = [job for job in waiting if job not in given_up]

    def _write(self, jobs: list[_Job]) -> None:
        self._write_frame([job for job in jobs if job.ending is None])
        for job in jobs:
            if job.ending is not None:
                claim = job.claim
                ended = store.close(claim.generation_id, job.ending, epoch=claim.epoch)
                self.let_go(claim)
                self._answer([job], ended)

    def _write_frame(self, jobs: list[_Job]) -> None:
        if not jobs:
            return
        watched, began = self._watched(), time.monotonic()
        try:
            states = store.commit_frame(self._worker_id, [(job.claim, job.entries) for job in jobs])
        except Fenced:
            self._write_each(jobs, Fenced())
        except IntegrityError as trouble:
            if not (constraints.is_double(trouble) or constraints.is_about_what_is_gone(trouble)):
                raise
            self._write_each(jobs, Fenced())
        except (DataError, ValueError) as unfit:
            self._write_each(jobs, unfit)
        else:
            metrics.COMMIT_SECONDS.observe(time.monotonic() - began)
            metrics.ENTRIES.inc(sum(len(job.entries) for job in jobs))
            self._answer(jobs, True)
            self._report(watched, states)

    def _write_each(self, jobs: list[_Job], trouble: Exception) -> None:
        """One of the frame's runs was taken away, or says what nobody can store: find it.

        The others are kept.
        """
        if len(jobs) > 1:
            for job in jobs:
                self._write_frame([job])
            return
        if isinstance(trouble, Fenced):
            self.let_go(jobs[0].claim)
        self._answer(jobs, trouble)

    def _watched(self) -> list[Claim]:
        with self._changed:
            return list(self._runs.values())

    def _report(self, watched: Sequence[Claim], states: dict[int, RunState]) -> None:
        """Tell the loop which runs were asked to stop, or are no longer ours.

        What was not watched before the states were read may be newer than they are, and what
        is not watched any more may have been ended since by its own run.
        """
        now = {id(claim) for claim in self._watched()}
        for claim in watched:
            is_ours = store.holds(claim, states)
            wants_stop = is_ours and states[claim.generation_id].stop_requested
            if id(claim) in now and (wants_stop or not is_ours):
                self._loop.call_soon_threadsafe(self._on_stop, claim.generation_id)

    def _answer(self, jobs: Sequence[_Job], outcome: bool | Exception) -> None:
        for job in jobs:
            job.answered = True
        if jobs:
            self._loop.call_soon_threadsafe(self._resolve, jobs, outcome)

    def _resolve(self, jobs: Sequence[_Job], outcome: bool | Exception) -> None:
        for job in jobs:
            if job.done.done():
                continue
            if isinstance(outcome, Exception):
                job.done.set_exception(outcome)
            else:
                job.done.set_result(outcome)
        self._unkept -= len(jobs)
        # Rendering is one turn of the loop away, and sending another.
        self._loop.call_soon(self._loop.call_soon, self._shown, jobs[0], outcome)

    def _shown(self, job: _Job, outcome: bool | Exception) -> None:
        if outcome is True and job.entries:
            metrics.SHOWN_SECONDS.observe(time.monotonic() - job.since)
        if not self._unkept:
            waiting, self._when_kept = self._when_kept, []
            for callback in waiting:
                callback()
