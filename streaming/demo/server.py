"""The demo upstream's server: which address does what, and its life from start to end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from streaming.demo import scripts
from streaming.demo.chat import Chat
from streaming.demo.connection import Connection, Exchange
from streaming.demo.desk import Desk
from streaming.demo.visits import Visits, to_stderr

HOST = "127.0.0.1"
_WAITING_CONNECTIONS = 1024


class DemoUpstream:
    """A server on loopback: `async with DemoUpstream() as demo: demo.url`."""

    def __init__(
        self, port: int = 0, *, speed: float = 1.0, say: Callable[[str], None] = to_stderr
    ) -> None:
        self._port = port
        self._visits = Visits(say)
        self._desk = Desk(self._visits, speed)
        self.connections: set[Connection] = set()
        self._wires = {"/v1/chat/completions": Chat()}
        self._pages: dict[str, Callable[[], Any]] = {
            "/v1/models": _models,
            "/_demo/log": self._visits.ended,
            "/_demo/running": self._visits.running,
        }

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    async def __aenter__(self) -> DemoUpstream:
        self._server = await asyncio.get_running_loop().create_server(
            lambda: Connection(self._serve, self._ended, self.connections),
            HOST,
            self._port,
            backlog=_WAITING_CONNECTIONS,
        )
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._server.close()
        for connection in tuple(self.connections):
            connection.abandon()
        await self._server.wait_closed()
        await asyncio.sleep(0)  # aborted transports close in the loop's next round

    def _serve(self, exchange: Exchange) -> None:
        page = self._pages.get(exchange.path)
        wire = self._wires.get(exchange.path)
        if wire and exchange.method == "POST":
            self._desk.serve(wire, exchange)
        elif page and exchange.method == "GET":
            exchange.reply(200, page())
        elif wire or page:
            exchange.reply(405, _unserved("Method not allowed", exchange))
        else:
            exchange.reply(404, _unserved("Unknown request URL", exchange))

    def _ended(self, exchange: Exchange, hung_up: bool) -> None:
        if exchange.visit:
            self._visits.close(exchange.visit, client_hung_up=hung_up)


def _models() -> dict[str, Any]:
    models = [
        {
            "id": model.id,
            "object": "model",
            "created": 1763600000,
            "owned_by": "demo",
            "description": model.description,
        }
        for model in scripts.MODELS
    ]
    return {"object": "list", "data": models}


def _unserved(what: str, exchange: Exchange) -> dict[str, Any]:
    message = f"{what}: {exchange.method} {exchange.path}"
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": None}
    return {"error": error}
