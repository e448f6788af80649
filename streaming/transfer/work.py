"""Works on imports and exports, step by step, and leaves others as much time as a step takes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from uuid import UUID

from django.conf import settings
from django.utils import timezone, translation

from conversations.transfer.models import Transfer
from conversations.transfer.opening.bounds import Unreadable
from streaming.cluster.bus import Bus, Topic
from streaming.db_threads import OneRound, in_long_thread
from streaming.transfer import files, transfers
from streaming.transfer.incoming import steps as importing
from streaming.transfer.outgoing import steps as exporting
from streaming.transfer.transfers import Kind

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 3
"""Of one process, in turn: nobody's small file waits for another's large one."""

TIDY_SECONDS = 600.0


async def keep_working(worker_id: int, bus: Bus) -> None:
    """Until the process is stopped."""
    work = Work(worker_id, bus)
    tidied = 0.0
    loop = asyncio.get_running_loop()
    while True:
        begun, is_busy = loop.time(), False
        with OneRound("work on imports and exports"):
            is_busy = await in_long_thread(work.round)()
            if not is_busy and begun > tidied + TIDY_SECONDS:
                tidied = begun
                await in_long_thread(transfers.tidy)(timezone.now())
        took = loop.time() - begun
        await asyncio.sleep(took / 2 if is_busy else settings.TRANSFERS_EVERY_SECONDS)


class Work:
    """What this process works on. Call it from one thread at a time."""

    def __init__(self, worker_id: int, bus: Bus | None = None) -> None:
        self._worker_id = worker_id
        self._bus = bus
        self._open: dict[UUID, tuple[Transfer, Iterator[None]]] = {}

    def round(self) -> bool:
        """A step of each; False if there is nothing to do."""
        if len(self._open) < MOST_AT_ONCE:
            row = transfers.claim(self._worker_id, self._open)
            if row is not None:
                self._open[row.pk] = (row, _steps(row))
        for row, steps in list(self._open.values()):
            self._step(row, steps)
        return bool(self._open)

    def _step(self, row: Transfer, steps: Iterator[None]) -> None:
        try:
            with translation.override(row.options.get("language")):
                next(steps)
        except StopIteration:
            self._end(row)
        except Unreadable as trouble:
            self._end(row, str(trouble))
        except OSError as trouble:
            logger.warning("An import or export ended: %s", trouble)
            self._end(row, str(trouble))
        except BaseException:
            self._open.pop(row.pk, None)  # it is begun again
            raise
        if self._bus is not None and row.kind == Kind.IMPORT:
            self._bus.publish_soon(Topic.LIST.of(row.owner_id))

    def _end(self, row: Transfer, sentence: str = "") -> None:
        is_there = transfers.end(row.pk, sentence)
        self._open.pop(row.pk, None)
        if row.kind == Kind.IMPORT or sentence or not is_there:
            files.drop(row.pk)


def _steps(row: Transfer) -> Iterator[None]:
    if row.kind == Kind.IMPORT:
        return importing.steps(row, files.path(row.pk))
    return exporting.steps(row)
