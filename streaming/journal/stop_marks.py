"""Which runs of this process were asked to stop in the database, or were taken away from it.

Any process may leave the mark. Each commit reads the marks of all runs on its way; between
commits they are polled, so that a stop is seen within a frame or a poll, whatever the run does.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from streaming.db_threads import OneRound, in_watch_thread
from streaming.journal import store
from streaming.journal.entries import Claim, RunState

RETRY_SECONDS = 0.2


class StopMarks:
    """Calls `on_stop` for each run to be stopped. Belongs to the loop, but for `compare`."""

    def __init__(
        self, worker_id: int, poll_seconds: float, *, on_stop: Callable[[int], None]
    ) -> None:
        self._worker_id = worker_id
        self._poll_seconds = poll_seconds
        self._on_stop = on_stop
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._due = 0.0
        self._is_asked = False
        self.followed: tuple[Claim, ...] = ()  # replaced, never changed: other threads read it

    def follow(self, claim: Claim) -> None:
        """Watch a run from now until it is unfollowed."""
        if not self.followed:
            self._due = time.monotonic() + self._poll_seconds
        self.followed = (*self.followed, claim)
        self._wake.set()

    def unfollow(self, claim: Claim) -> None:
        """Watch the run no more."""
        self.followed = tuple(other for other in self.followed if other is not claim)

    def look_soon(self) -> None:
        """Read the marks now, not at the next frame or poll."""
        self._is_asked = True
        self._wake.set()

    async def keep_looking(self) -> None:
        """Read the marks whenever no commit did so for as long as a poll."""
        while True:
            await self._until_due()
            with OneRound("look for stops"):
                await self._look()
                continue
            await asyncio.sleep(RETRY_SECONDS)

    def compare(self, followed: Sequence[Claim], states: Mapping[int, RunState]) -> None:
        """From any thread: what the database says of the runs that were followed before it did.

        A run that was not followed then may be newer than the states are.
        """
        self._due = time.monotonic() + self._poll_seconds
        lost = [claim for claim in followed if _must_stop(claim, states)]
        if lost:
            self._loop.call_soon_threadsafe(self._stop, lost)

    def _stop(self, claims: Sequence[Claim]) -> None:
        """What is not followed any more may have been ended since by its own run."""
        for claim in claims:
            if any(claim is other for other in self.followed):
                self._on_stop(claim.generation_id)

    async def _until_due(self) -> None:
        while not self.followed or not self._is_asked:
            left = self._due - time.monotonic() if self.followed else None
            if left is not None and left <= 0:
                return
            self._wake.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._wake.wait()

    async def _look(self) -> None:
        self._is_asked, followed = False, self.followed
        self.compare(followed, await in_watch_thread(store.run_states)(self._worker_id))


def _must_stop(claim: Claim, states: Mapping[int, RunState]) -> bool:
    return not store.holds(claim, states) or states[claim.generation_id].stop_requested
