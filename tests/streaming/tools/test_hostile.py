"""Servers that do anything but serve: a sentence, in bounded time and memory, and no harm."""

from __future__ import annotations

import asyncio
import gzip
import json
import tracemalloc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from django.contrib.auth.models import User

from streaming.tools.models import Tool
from streaming.tools.servers.address import ServerAddress
from streaming.tools.servers.calls import call
from streaming.tools.servers.listing import CannotLook, Look, keep, look, wire_name
from tests.streaming.tools.desk import server

Answer = Callable[[dict[str, Any]], bytes]

HELLO = {
    "protocolVersion": "2025-06-18",
    "capabilities": {"tools": {}},
    "serverInfo": {"name": "x", "version": "1"},
}


def http(body: bytes, kind: str = "application/json", status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"Connection: close\r\n\r\n" + body


def compressed(body: bytes) -> bytes:
    """Small on the wire, and nobody asked for that."""
    head, _, packed = http(gzip.compress(body)).partition(b"\r\n\r\n")
    return head + b"\r\nContent-Encoding: gzip\r\n\r\n" + packed


def says(value: Any) -> Answer:
    """The same result to every request but the first ones."""
    return lambda message: result(message, value)


def result(message: dict[str, Any], value: Any) -> bytes:
    return http(json.dumps({"jsonrpc": "2.0", "id": message.get("id"), "result": value}).encode())


def raw(reply: bytes) -> Answer:
    return lambda message: reply


@asynccontextmanager
async def serving(answer: Answer, *, greets: bool = True) -> AsyncIterator[ServerAddress]:
    """One that begins a session as it should, and then answers so; an empty answer never ends."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(head.partition("content-length:")[2].partition("\r\n")[0] or 0)
            message = json.loads(await reader.readexactly(length) or b"{}")
            reply = answer(message)
            if greets and message.get("method") == "initialize":
                reply = result(message, HELLO)
            elif greets and message.get("method") in ("server/discover", None):
                reply = http(b"", status="404 Not Found")
            elif greets and "id" not in message:
                reply = http(b"", status="202 Accepted")
            writer.write(reply)
            await writer.drain()
            if not reply:
                await reader.read()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    async with listening:
        url = f"http://127.0.0.1:{port}/mcp"
        yield ServerAddress("It", url, local=frozenset({("127.0.0.1", port)}))


NO_MCP = "It does not answer as MCP servers do."
DEEP = b'{"jsonrpc":"2.0","id":2,"result":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
REDIRECT = (
    b"HTTP/1.1 307 Temporary\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
)
CALLS: dict[str, tuple[Answer, str]] = {
    "silent": (raw(b""), "It did not answer within"),
    "page": (raw(http(b"<html><script>", "text/html")), NO_MCP),
    "broken": (raw(http(b'{"jsonrpc": "2.0", ')), NO_MCP),
    "deep": (raw(http(DEEP)), NO_MCP),
    "another kind": (says({"content": [{"type": "text", "text": 7}]}), NO_MCP),
    "no result": (says({}), NO_MCP),
    "redirect": (raw(REDIRECT), "It sends us to another address."),
    "no token": (raw(http(b"", status="401 No")), "It refuses us"),
    "fault": (raw(http(b"", status="500 No")), "It reports an error"),
    "cut": (raw(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"), "The connection to it"),
    "cut stream": (
        raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {"),
        "It reports an error: SSE stream",
    ),
    "garbage": (raw(b"\x00\xff" * 9000), "The connection to it"),
    "large": (raw(http(b'"' + b"x" * 3_000_000 + b'"')), "It sent more than is taken in."),
    "compressed": (raw(compressed(b" " * 50_000_000)), NO_MCP),
    "bad picture": (
        says({"content": [{"type": "image", "data": "%%%", "mimeType": "text/html"}]}),
        "[a picture left out: it cannot be read]",
    ),
    "odd text": (says({"content": [{"type": "text", "text": "a\0b\ud800c"}]}), ""),
}


@pytest.fixture
def limits(settings: Any) -> None:
    settings.TOOL_CALL_SECONDS = settings.TOOL_LIST_SECONDS = 2
    settings.TOOL_REPLY_BYTES = 1_000_000


@pytest.mark.parametrize("name", CALLS)
async def test_a_call_ends_in_a_sentence(limits: None, settings: Any, name: str) -> None:
    answer, sentence = CALLS[name]
    if name == "silent":
        settings.TOOL_CALL_SECONDS = 0.5
    async with serving(answer) as address:
        reply = await call(address, "any", {})
    assert sentence in reply.text
    assert "\0" not in reply.text
    reply.text.encode()
    assert len(reply.text) < 500


async def test_a_large_reply_is_not_held_in_memory(limits: None) -> None:
    head, _, body = http(b" " * 4_000_000).partition(b"4000000")
    async with serving(raw(head + b"4000000000" + body)) as address:
        await call(address, "any", {})
        tracemalloc.start()
        reply = await call(address, "any", {})
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert "more than is taken in" in reply.text
    assert peak < 16_000_000  # of which the server of the test has 8


@pytest.mark.parametrize("name", ["silent", "page", "broken", "redirect", "no token", "garbage"])
async def test_a_look_ends_in_a_sentence(limits: None, settings: Any, name: str) -> None:
    settings.TOOL_LIST_SECONDS = 0.5
    async with serving(CALLS[name][0], greets=False) as address:
        with pytest.raises(CannotLook) as said:
            await look(address)
    assert str(said.value).endswith((".", "one."))


def tool(name: str = "fine", **fields: Any) -> dict[str, Any]:
    return {"name": name, "inputSchema": {"type": "object"}} | fields


def nested(depth: int) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": nested(depth - 1)}} if depth else {}


TRICKS: dict[str, tuple[dict[str, Any], str]] = {
    "a reference to an address": (
        tool(inputSchema={"type": "object", "properties": {"a": {"$ref": "http://evil.example/"}}}),
        "its schema refers to another document.",
    ),
    "a reference to a file": (
        tool(inputSchema={"type": "object", "anyOf": [{"$ref": "file:///etc/passwd"}]}),
        "its schema refers to another document.",
    ),
    "depth": (tool(inputSchema=nested(40)), "its schema is nested too deeply."),
    "size": (
        tool(inputSchema={"type": "object", "description": "x" * 40_000}),
        "its schema is too large.",
    ),
    "no name": (tool(""), "its name cannot be used."),
    "a long name": (tool("x" * 500), "its name cannot be used."),
    "a line in the name": (tool("a\nb"), "its name cannot be used."),
    "a turned name": (tool("a\u202eb"), "its name cannot be used."),
}


@pytest.mark.parametrize("trick", TRICKS)
async def test_a_tool_with_a_trick_is_left_out(limits: None, trick: str) -> None:
    bad, sentence = TRICKS[trick]
    async with serving(says({"tools": [bad, tool("other")]})) as address:
        found = await look(address)
    assert [one.name for one in found.tools] == ["other"]
    assert found.complaints[0].endswith(sentence)


async def test_of_thousands_the_first_are_taken(limits: None, settings: Any) -> None:
    settings.TOOLS_A_SERVER = 20
    many = {"tools": [tool(f"tool-{number}") for number in range(3000)], "nextCursor": "more"}
    async with serving(says(many)) as address:
        found = await look(address)
    assert len(found.tools) == 20
    assert found.complaints == ("Only the first 20 tools are taken.",)


async def test_pages_without_an_end_come_to_one(limits: None) -> None:
    async with serving(says({"tools": [tool()], "nextCursor": "again"})) as address:
        found = await look(address)
    assert [one.name for one in found.tools] == ["fine"]


async def test_what_it_says_of_a_tool_is_bounded_text(limits: None) -> None:
    loud = tool(description="<b>x</b>\0" * 5000, title="One\n\u202etwo\x1b[31m")
    async with serving(says({"tools": [loud, tool(), tool()]})) as address:
        found = await look(address)
    assert len(found.tools[0].description) == 4000
    assert "\0" not in found.tools[0].description
    assert found.tools[0].title.isprintable()
    assert len(found.tools) == 1
    assert set(found.complaints) == {"fine: it is listed twice."}


def test_names_never_collide_and_shadow_nothing() -> None:
    taken = {"current_time", "a_b"}
    names = [
        wire_name("current", "time", taken),
        wire_name("a", "b", taken),
        wire_name("a", "x" * 150, taken),
        wire_name("a", "y/é 🦊", taken),
    ]
    assert len({*names, *taken}) == 6
    marked = wire_name("a", "b", taken)
    assert wire_name("a", "b", {*taken, marked}) not in {*taken, marked}
    assert all(len(name) <= 64 and name.replace("-", "_").isidentifier() for name in names)


@pytest.mark.django_db
def test_a_list_that_changes_is_offered_to_nobody_unseen(owner: User) -> None:
    of = server()

    def described(*names: str, description: str = "") -> Look:
        from streaming.tools.servers.listing import Described

        return Look(tuple(Described(name, "", description, {"type": "object"}) for name in names))

    keep(of, described("one", "two"))
    assert set(of.tools.values_list("name", "offered", "gone")) == {
        ("one", False, False),
        ("two", False, False),
    }
    of.tools.update(offered=True)
    before = Tool.objects.get(name="one").digest
    keep(of, described("one", "three", description="Other words."))
    assert set(of.tools.values_list("name", "offered", "gone")) == {
        ("one", True, False),
        ("two", True, True),
        ("three", False, False),
    }
    assert Tool.objects.get(name="one").digest != before
