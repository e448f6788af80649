"""WebDriver BiDi: commands and their replies, and events, over one WebSocket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any, TypeAlias

from websockets.asyncio.client import ClientConnection, connect

PATIENCE_SECONDS = 30
LARGEST_MESSAGE = 2**26
"""In bytes; a picture of a page is one message."""
Hear: TypeAlias = Callable[[str, dict[str, Any]], None]
"""Is told the name of each event, and what it holds."""


class RefusedError(Exception):
    """The browser did not do as it was told; `kind` is one of the standard's names of errors."""

    def __init__(self, method: str, kind: str, message: str) -> None:
        super().__init__(f"{method}: {kind}: {message}")
        self.kind = kind


class Session:
    def __init__(self, socket: ClientConnection, hear: Hear) -> None:
        self._socket = socket
        self._hear = hear
        self._numbers = count(1)
        self._awaited: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def send(self, method: str, **values: Any) -> dict[str, Any]:
        """What the browser replies; raises RefusedError."""
        number = next(self._numbers)
        reply = self._awaited[number] = asyncio.get_running_loop().create_future()
        await self._socket.send(json.dumps({"id": number, "method": method, "params": values}))
        async with asyncio.timeout(PATIENCE_SECONDS):
            message = await reply
        if message["type"] == "error":
            raise RefusedError(method, message["error"], message["message"])
        result: dict[str, Any] = message["result"]
        return result

    async def read(self) -> None:
        """Hand out what comes, until the connection ends."""
        async for text in self._socket:
            message = json.loads(text)
            if message["type"] == "event":
                self._hear(message["method"], message["params"])
            elif (reply := self._awaited.pop(message["id"] or 0, None)) and not reply.done():
                reply.set_result(message)


@asynccontextmanager
async def session(address: str, hear: Hear) -> AsyncIterator[Session]:
    async with connect(f"{address}/session", max_size=LARGEST_MESSAGE, proxy=None) as socket:
        session = Session(socket, hear)
        reader = asyncio.create_task(session.read())
        try:
            await session.send("session.new", capabilities={})
            yield session
        finally:
            reader.cancel()
