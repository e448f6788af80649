"""The journal's one writing thread: a group commit for all runs of the process.

It commits at once what lies there, as one frame; what comes meanwhile is the next. That a frame
carries what many runs wrote is the work of those who read (`pace`, `providers.http.pacing`).
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
from streaming.journal.entries import Claim, Entry, Fenced, StorageUnavailable
from streaming.journal.run_facts import RunFacts
from streaming.journal.stop_marks import StopMarks
from streaming.sqlite.base import let_go_first

logger = logging.getLogger(__name__)

RETRY_SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0)


@dataclass(slots=True, eq=False)
class FramePart:
    """A frame's part of one run, or the run's end; `done` is answered on the loop."""

    claim: Claim
    done: asyncio.Future[bool]
    entries: Sequence[Entry] = ()
    facts: RunFacts | None = None
    since: float = field(default_factory=time.monotonic)
    answered: bool = False


class CommitThread(threading.Thread):
    """Commits parts in the order in which they were put, however the database behaves.

    `on_answer` hears, in this thread, what became of parts: kept, closed by this call or not, or
    why not. Hold `changed` to put several that shall be one frame. `commit_seconds` is how long
    the last commit took.
    """

    def __init__(
        self,
        worker_id: int,
        stop_marks: StopMarks,
        on_answer: Callable[[Sequence[FramePart], bool | Exception], None],
    ) -> None:
        super().__init__(name="journal", daemon=True)
        self.changed = threading.Condition()
        self.is_stopping = False
        self.commit_seconds = 0.0
        self._worker_id = worker_id
        self._stop_marks = stop_marks
        self._on_answer = on_answer
        self._parts: list[FramePart] = []
        self._failures = 0

    @property
    def backlog(self) -> int:
        return len(self._parts)

    def put(self, part: FramePart) -> None:
        with self.changed:
            self._parts.append(part)
            self.changed.notify()

    def stop(self) -> None:
        """Commit what was put, then end."""
        with self.changed:
            self.is_stopping = True
            self.changed.notify()

    def run(self) -> None:
        not_before = 0.0
        let_go_first(connections[DEFAULT_DB_ALIAS])
        try:
            while (frame := self._next_frame(not_before)) is not None:
                is_refused = self._is_refused(frame)
                not_before = time.monotonic() + self._back_off() if is_refused else 0.0
        finally:
            connections.close_all()

    def _next_frame(self, not_before: float) -> list[FramePart] | None:
        """All that was handed over, when it is time to commit it; None at the end."""
        with self.changed:
            while not self._parts or (not self.is_stopping and time.monotonic() < not_before):
                if self.is_stopping:
                    return None
                left = not_before - time.monotonic()
                self.changed.wait(max(left, 0) if self._parts else None)
            frame, self._parts = self._parts, []
            return frame

    def _is_refused(self, frame: list[FramePart]) -> bool:
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
        except Exception as unforeseen:  # this thread keeps all answers, so it survives
            logger.exception("A frame broke")
            self._answer([part for part in frame if not part.answered], unforeseen)
        self._failures = 0
        return False

    def _back_off(self) -> float:
        return RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS)) - 1]

    def _keep(self, parts: list[FramePart]) -> None:
        patient_until = time.monotonic() - settings.STORAGE_PATIENCE_SECONDS
        waiting = [part for part in parts if not part.answered]
        given_up = [
            part
            for part in waiting
            if self.is_stopping or (part.facts is None and part.since < patient_until)
        ]
        self._answer(given_up, StorageUnavailable())
        with self.changed:
            self._parts[:0] = [part for part in waiting if part not in given_up]

    def _write(self, parts: list[FramePart]) -> None:
        self._write_frame([part for part in parts if part.facts is None])
        for part in parts:
            if part.facts is not None:
                self._answer([part], _close(part.claim, part.facts))

    def _write_frame(self, parts: list[FramePart]) -> None:
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
        except Error:
            raise
        except Exception as unforeseen:
            logger.exception("Parts of %d runs cannot be kept", len(parts))
            self._write_each(parts, unforeseen)
        else:
            self.commit_seconds = time.monotonic() - began
            metrics.COMMIT_SECONDS.observe(self.commit_seconds)
            metrics.ENTRIES.inc(sum(len(part.entries) for part in parts))
            self._answer(parts, True)
            self._stop_marks.compare(followed, states)

    def _write_each(self, parts: list[FramePart], trouble: Exception) -> None:
        """One of the frame's runs was taken away, or says what nobody can store: find it.

        The others are kept.
        """
        if len(parts) > 1:
            for part in parts:
                self._write_frame([part])
            return
        self._answer(parts, trouble)

    def _answer(self, parts: Sequence[FramePart], outcome: bool | Exception) -> None:
        for part in parts:
            part.answered = True
        if parts:
            self._on_answer(parts, outcome)


def _close(claim: Claim, facts: RunFacts) -> bool | Exception:
    """Whether this ended the run, or why it cannot be ended so. Raises what may pass."""
    try:
        return store.close(claim.generation_id, facts, epoch=claim.epoch)
    except DataError as unfit:
        return unfit
    except Error:
        raise
    except Exception as unforeseen:
        logger.exception("Generation %d cannot be closed", claim.generation_id)
        return unforeseen
