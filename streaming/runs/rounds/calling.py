"""Runs the approved calls of an answer, all at once, and keeps what each came to.

That a call is run is kept before it is. A stop closes what is open: what became of those calls is
not known then. One that is stopped alone leaves the others, and the model is told of it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.db import DatabaseError

from conversations.models import Message
from streaming.db_threads import in_thread
from streaming.journal.entries import Piece
from streaming.journal.tool_calls import FAILED, FINISHED, UNKNOWN, began, came_to
from streaming.runs.history import pictures
from streaming.runs.rounds.judging import NO_ARGUMENTS, parsed
from streaming.tools.running import ToolResult, run

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
"""How often it is looked whether somebody stopped one call alone."""

STOPPED = "The person stopped this tool. Whether it did its work is not known."
BROKE = "The tool could not be used, through a fault of this site."

Keep = Callable[[Sequence[Piece]], Awaitable[None]]


class PendingCall(NamedTuple):
    """A call that may run: its number in its answer, and what the model wrote."""

    number: int
    name: str
    arguments: str


class Calling:
    """The calls of one answer that are run before its model is asked. `keep` puts pieces into the
    journal, and returns once they are committed.
    """

    def __init__(self, conversation_id: UUID, owner_id: int, message_id: int, keep: Keep) -> None:
        self._conversation_id = conversation_id
        self._owner_id = owner_id
        self._message_id = message_id
        self._keep = keep

    async def run(self, calls: Sequence[PendingCall]) -> None:
        """Returns once all have come to something; a cancel closes those that have not."""
        await self._keep([began(call.number) for call in calls])
        works = {call.number: asyncio.create_task(self._result(call)) for call in calls}
        ends = [asyncio.create_task(self._keep_end(*each)) for each in works.items()]
        watch = asyncio.create_task(self._stop_some(works))
        try:
            await asyncio.gather(*ends)
        finally:
            tasks = [watch, *works.values(), *ends]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep_end(self, number: int, work: asyncio.Task[ToolResult]) -> None:
        await asyncio.wait([work])
        if work.cancelled():
            await self._keep([came_to(number, UNKNOWN, STOPPED)])
            return
        result = work.result()
        keep = partial(pictures.kept, self._owner_id, self._message_id)
        shown = [one for each in result.pictures if (one := await keep(*each))]
        state = FAILED if result.is_error else FINISHED
        await self._keep([came_to(number, state, result.text, shown)])

    async def _result(self, call: PendingCall) -> ToolResult:
        arguments = parsed(call.arguments)
        if arguments is None:
            return ToolResult(NO_ARGUMENTS, is_error=True, may_have_run=False)
        try:
            return await run(self._conversation_id, self._owner_id, call.name, arguments)
        except Exception:  # whatever broke, the model is told, and the answer continues
            logger.exception("The tool %s broke", call.name)
            return ToolResult(BROKE, is_error=True)

    async def _stop_some(self, works: Mapping[int, asyncio.Task[ToolResult]]) -> None:
        """Cancel those that somebody stopped alone, in whichever process that was said."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            with suppress(DatabaseError):
                for number in await in_thread(stopped_alone)(self._message_id):
                    if number in works:
                        works[number].cancel()


def stopped_alone(message_id: int) -> list[int]:
    """The numbers of the calls of an answer that somebody stopped alone."""
    rows = Message.everything.filter(pk=message_id).values_list("tool_calls", flat=True).first()
    return [number for number, call in enumerate(rows or ()) if call.get("stop")]
