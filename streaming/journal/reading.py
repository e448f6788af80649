"""Reading on in many runs at once: what is asked for together is one query.

A page that is not on the process of its answer reads the journal for each frame. Many such
pages would otherwise cost a thread and a transaction each.
"""

from __future__ import annotations

import asyncio

from streaming.db_threads import in_thread
from streaming.journal import store
from streaming.journal.entries import Entry, Place

MOST_PLACES = 200


class JournalReader:
    """Reads for everybody of one loop, one query at a time.

    While a query runs, what is asked for waits for the next, so the busier the database is, the
    more a query brings.
    """

    def __init__(self) -> None:
        self._asked: dict[asyncio.Future[list[Entry]], Place] = {}
        self._reading: asyncio.Task[None] | None = None

    async def after(self, place: Place) -> list[Entry]:
        """The entries after the cursor, in order; none once the run has been closed, or writes
        into another message by now."""
        found: asyncio.Future[list[Entry]] = asyncio.get_running_loop().create_future()
        self._asked[found] = place
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_all())
        return await found

    async def _read_all(self) -> None:
        try:
            while self._asked:
                await self._read_some()
        finally:
            self._reading = None

    async def _read_some(self) -> None:
        some = list(self._asked)[:MOST_PLACES]
        places = {found: self._asked.pop(found) for found in some}
        query = asyncio.ensure_future(in_thread(store.after_all)(list(set(places.values()))))
        await asyncio.wait([query])
        trouble = query.exception()
        for found, place in places.items():
            if found.done():
                continue
            if trouble is not None:  # whatever it is, it is theirs who asked
                found.set_exception(trouble)
            else:
                found.set_result(query.result().get(place, []))
