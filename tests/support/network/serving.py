"""TCP servers on loopback for the length of a `with`, whose visits end with them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

Visit = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serve(visit: Visit, limit: int = 2**16) -> AsyncIterator[int]:
    """The port; `limit` is how many bytes may wait to be read.

    Each visit is held here until it has ended. asyncio holds the reader of a connection that was
    opened only weakly, so a visit that waits for one, after its own client hung up, would be
    collected as garbage, its sockets unclosed.
    """
    visits: set[asyncio.Task[None]] = set()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        visits.add(task)
        task.add_done_callback(visits.discard)
        try:
            with suppress(asyncio.CancelledError):  # asyncio would report it
                await visit(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1", 0, limit=limit)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in (still := list(visits)):
            task.cancel()
        await asyncio.gather(*still, return_exceptions=True)
