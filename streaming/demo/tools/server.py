"""The protocol: JSON-RPC by POST, one reply each; a session for each client that begins one."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from itertools import count
from typing import Any

from streaming.demo.serving.exchange import Exchange
from streaming.demo.tools import listed
from streaming.demo.tools.calls import Call, Counts

VERSIONS = ("2025-11-25", "2025-06-18", "2025-03-26")
_KEPT_CALLS = 1000
_NO_METHOD, _BAD_ARGUMENTS, _UNREADABLE = -32601, -32602, -32700


class ToolServer:
    """Serves `/mcp`; `counts` says what ran."""

    def __init__(self) -> None:
        self.counts = Counts()
        self._sessions = count(1)
        self._calls: OrderedDict[tuple[str, Any], Call] = OrderedDict()

    def serve(self, exchange: Exchange) -> None:
        if exchange.method == "DELETE":
            exchange.reply(200, {})
            return
        if exchange.method != "POST":
            exchange.reply(405, {"error": "Only POST and DELETE are served here."})
            return
        try:
            message = json.loads(exchange.body)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            exchange.reply(400, _error(None, _UNREADABLE, "Parse error"))
            return
        self._hear(exchange, message)

    def _hear(self, exchange: Exchange, message: Mapping[str, Any]) -> None:
        method, pk = message.get("method"), message.get("id")
        said = message.get("params")
        params = said if isinstance(said, dict) else {}
        if pk is None:
            if method == "notifications/cancelled":
                self._cancel(exchange, params)
            exchange.reply(202, {})
        elif method == "initialize":
            session = ("Mcp-Session-Id", f"demo-{next(self._sessions)}")
            exchange.reply(200, _result(pk, _opening(params)), [session])
        elif method == "ping":
            exchange.reply(200, _result(pk, {}))
        elif method == "tools/list":
            exchange.reply(200, _result(pk, {"tools": listed.TOOLS}))
        elif method == "tools/call":
            self._call(exchange, pk, params)
        else:
            exchange.reply(200, _error(pk, _NO_METHOD, f"Method not found: {method}"))

    def _call(self, exchange: Exchange, pk: Any, params: Mapping[str, Any]) -> None:
        name, said = params.get("name"), params.get("arguments")
        arguments = said if isinstance(said, dict) else {}
        if name not in listed.NAMES:
            exchange.reply(200, _error(pk, _BAD_ARGUMENTS, f"Unknown tool: {name}"))
            return
        seconds: float | None = 0.0
        if name == "slow":
            seconds = listed.number(arguments, "seconds", listed.SLOWEST_SECONDS)
        elif name == "endless":
            seconds = None

        def reply() -> bytes:
            value = json.dumps(_result(pk, listed.result(str(name), arguments)))
            return f"event: message\ndata: {value}\n\n".encode()

        self.counts.began(str(name), arguments.get("text"))
        call = Call(exchange, str(name), seconds, reply, self.counts)
        self._calls[_session(exchange), pk] = call
        while len(self._calls) > _KEPT_CALLS:
            self._calls.popitem(last=False)
        exchange.start_body(call)

    def _cancel(self, exchange: Exchange, params: Mapping[str, Any]) -> None:
        pk = params.get("requestId")
        if isinstance(pk, (str, int)) and (call := self._calls.get((_session(exchange), pk))):
            call.cancel()


def _session(exchange: Exchange) -> str:
    return exchange.headers.get("mcp-session-id", "")


def _opening(params: Mapping[str, Any]) -> dict[str, Any]:
    wanted = params.get("protocolVersion")
    return {
        "protocolVersion": wanted if wanted in VERSIONS else VERSIONS[0],
        "capabilities": {"tools": {"listChanged": False}},
        "serverInfo": {"name": "demo-tools", "title": "Demo tools", "version": "1"},
    }


def _result(pk: Any, value: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": pk, "result": value}


def _error(pk: Any, code: int, message: str) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": pk, "error": {"code": code, "message": message}}
