"""The server of the demo upstream: its addresses, its start and its end."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from typing import Any

from streaming.demo.behaviours.demo_models import MODELS, DemoModel
from streaming.demo.formats.chat import ChatFormat
from streaming.demo.formats.gateway import GatewayFormat, WholeGatewayFormat
from streaming.demo.formats.messages import MessagesFormat
from streaming.demo.formats.pawa import PawaFormat
from streaming.demo.formats.responses import ResponsesFormat
from streaming.demo.formats.served_format import ServedFormat
from streaming.demo.serving.archive import Archive
from streaming.demo.serving.connection import Connection
from streaming.demo.serving.exchange import Exchange
from streaming.demo.serving.handler import RequestHandler
from streaming.demo.serving.visit_log import VisitLog, to_stderr
from streaming.demo.tools.server import ToolServer

HOST = "127.0.0.1"
_WAITING_CONNECTIONS = 1024
_FORMATS: dict[str, ServedFormat] = {
    "/v1/chat/completions": ChatFormat(),
    "/v1/responses": ResponsesFormat(),
    "/v1/messages": MessagesFormat(),
    "/v1/chat/request": PawaFormat(),
    "/api/v1/generate/stream": GatewayFormat(),
    "/api/v1/generate": WholeGatewayFormat(),
}
_BACKGROUND = re.compile(r"/v1/responses/([^/]+)(/cancel)?")


class DemoUpstream:
    """A server on loopback: `async with DemoUpstream() as demo: demo.url`.

    It answers with every model there is, and lists those that it offers.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        speed: float = 1.0,
        say: Callable[[str], None] = to_stderr,
        offers: Sequence[DemoModel] = MODELS,
    ) -> None:
        self._port = port
        self.visits = VisitLog(say)
        self._archive = Archive()
        self._handler = RequestHandler(self.visits, self._archive, speed)
        self.tools = ToolServer()
        self.connections: set[Connection] = set()
        self._pages: dict[str, Callable[[], Any]] = {
            "/v1/models": lambda: _list_of(offers),
            "/_demo/log": self.visits.ended,
            "/_demo/tools": self.tools.counts.told,
            "/_demo/running": self.visits.running,
            "/slots": self.visits.slots,
        }

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    async def __aenter__(self) -> DemoUpstream:
        self._server = await asyncio.get_running_loop().create_server(
            lambda: Connection(self._route, self._ended, self.connections),
            HOST,
            self._port,
            backlog=_WAITING_CONNECTIONS,
        )
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._server.close()
        self._archive.close()
        await asyncio.sleep(0)  # accepts the connections of the last moment
        while self.connections:
            for connection in tuple(self.connections):
                connection.abort()
            await asyncio.sleep(0)  # aborted transports close in the loop's next round

    def _route(self, exchange: Exchange) -> None:
        route = f"{exchange.method} {exchange.path}"
        background = _BACKGROUND.fullmatch(exchange.path)
        if exchange.method == "POST" and exchange.path in _FORMATS:
            self._handler.serve(_FORMATS[exchange.path], exchange)
        elif exchange.path == "/mcp":
            self.tools.serve(exchange)
        elif exchange.method == "GET" and exchange.path in self._pages:
            exchange.reply(200, self._pages[exchange.path]())
        elif background and exchange.method == ("POST" if background[2] else "GET"):
            self._handler.serve_background(exchange, background[1], cancel=bool(background[2]))
        elif exchange.path in _FORMATS or exchange.path in self._pages or background:
            exchange.reply(405, _error_body(f"Method not allowed: {route}"))
        else:
            exchange.reply(404, _error_body(f"Unknown request URL: {route}"))

    def _ended(self, exchange: Exchange, hung_up: bool) -> None:
        if exchange.visit:
            self.visits.close(exchange.visit, client_hung_up=hung_up)


def _list_of(offers: Sequence[DemoModel]) -> dict[str, Any]:
    """The list of models, for clients of OpenAI and of Anthropic alike."""
    models = [_entry(model) for model in offers]
    ends = {"first_id": models[0]["id"], "last_id": models[-1]["id"]}
    return {"object": "list", "data": models, "has_more": False, **ends}


def _entry(model: DemoModel) -> dict[str, Any]:
    """As OpenAI and Anthropic list a model, with what other servers tell of it."""
    known: dict[str, Any] = {"context_length": model.window} if model.window else {}
    if model.can:
        known["supported_parameters"] = model.can
    return {
        "id": model.id,
        "object": "model",
        "created": 1763600000,
        "owned_by": "demo",
        "type": "model",
        "display_name": model.name or model.id,
        "created_at": "2025-11-20T00:53:20Z",
        "description": model.description,
        **known,
    }


def _error_body(message: str) -> dict[str, Any]:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": None}
    return {"error": error}
