"""Calls of tools of a real MCP server, well and badly behaved, and what stops them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from streaming.demo.serving.server import DemoUpstream
from streaming.tools.results import ToolResult
from streaming.tools.servers.address import Program, ServerAddress
from streaming.tools.servers.calls import call
from streaming.tools.servers.listing import look

LOCAL = "127.0.0.1"


@pytest.fixture
async def demo() -> AsyncIterator[DemoUpstream]:
    async with DemoUpstream(say=lambda line: None) as server:
        yield server


def at(server: DemoUpstream, **fields: Any) -> ServerAddress:
    url = f"{server.url}/mcp"
    port = int(server.url.rpartition(":")[2])
    return ServerAddress("Demo", url, local=frozenset({(LOCAL, port)}), **fields)


async def until(condition: Any) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 (nobody rings)
            await asyncio.sleep(0.01)


async def test_a_tool_answers_with_text_and_pictures(demo: DemoUpstream) -> None:
    reply = await call(at(demo), "echo", {"text": "Habari 🦊"})
    assert reply == ToolResult("Habari 🦊")
    drawn = await call(at(demo), "picture", {})
    ((media_type, data),) = drawn.pictures
    assert (drawn.text, media_type, data[:4]) == ("Here it is.", "image/png", b"\x89PNG")


async def test_what_a_tool_says_stays_text(demo: DemoUpstream) -> None:
    reply = await call(at(demo), "html", {})
    assert "<script>alert(1)</script>" in reply.text


async def test_an_error_of_a_tool_is_a_result(demo: DemoUpstream) -> None:
    reply = await call(at(demo), "fails", {})
    assert (reply.text, reply.is_error, reply.may_have_run) == (
        "This tool always fails.",
        True,
        True,
    )
    unknown = await call(at(demo), "gone", {})
    assert (unknown.is_error, unknown.text) == (
        True,
        "Demo: It reports an error: Unknown tool: gone",
    )


async def test_a_long_result_is_cut_and_says_so(demo: DemoUpstream, settings: Any) -> None:
    settings.TOOL_RESULT_CHARACTERS = 1000
    reply = await call(at(demo), "long", {"characters": 5000})
    assert len(reply.text) < 1100
    assert reply.text.endswith("[4000 more characters were left out]")


@pytest.mark.parametrize("name", ["long", "endless"])
async def test_endless_output_ends(demo: DemoUpstream, settings: Any, name: str) -> None:
    settings.TOOL_REPLY_BYTES = 500_000
    reply = await call(at(demo), name, {"characters": 2_000_000})
    assert (reply.text, reply.is_error) == ("Demo: It sent more than is taken in.", True)
    assert reply.may_have_run
    await until(lambda: not demo.connections)


async def test_a_slow_tool_is_cancelled_at_its_limit(demo: DemoUpstream, settings: Any) -> None:
    settings.TOOL_CALL_SECONDS = 0.5
    reply = await call(at(demo), "slow", {"seconds": 30})
    assert reply.text == "Demo: It did not answer within 0 seconds."
    await until(lambda: demo.tools.counts.cancelled["slow"] == 1)


async def test_a_stop_closes_the_request_and_cancels_the_call(demo: DemoUpstream) -> None:
    task = asyncio.create_task(call(at(demo), "slow", {"seconds": 30}))
    await until(lambda: demo.tools.counts.calls["slow"] == 1)
    began = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - began < 3
    await until(lambda: demo.tools.counts.cancelled["slow"] == 1)
    await until(lambda: not demo.connections)
    assert demo.tools.counts.finished["slow"] == 0


async def test_arguments_that_are_too_large_are_not_sent(demo: DemoUpstream) -> None:
    reply = await call(at(demo), "echo", {"text": "x" * 300_000})
    assert (reply.text, reply.may_have_run) == (
        "The arguments are too large: nothing was called.",
        False,
    )
    assert demo.tools.counts.calls["echo"] == 0


async def test_an_address_inside_is_not_called(demo: DemoUpstream) -> None:
    inside = ServerAddress("Demo", f"{demo.url}/mcp")
    named = ServerAddress("Demo", f"{demo.url.replace(LOCAL, 'localhost')}/mcp")
    for address in (inside, named):
        reply = await call(address, "echo", {"text": "x"})
        assert "LOCAL_TOOL_SERVERS" in reply.text
        assert (reply.is_error, reply.may_have_run) == (True, False)
    assert not demo.tools.counts.calls


async def test_a_server_that_is_not_there_ran_nothing(demo: DemoUpstream) -> None:
    address = ServerAddress("Gone", f"http://{LOCAL}:9/mcp", local=frozenset({(LOCAL, 9)}))
    reply = await call(address, "echo", {})
    assert (reply.text, reply.may_have_run) == ("Gone: It cannot be reached.", False)


async def test_its_tools_are_listed(demo: DemoUpstream) -> None:
    found = await look(at(demo))
    assert [tool.name for tool in found.tools][:3] == ["echo", "slow", "fails"]
    assert found.complaints == ()


async def test_a_program_of_the_operator_is_a_server(tmp_path: Any) -> None:
    import sys

    script = tmp_path / "server.py"
    script.write_text(
        "from mcp.server import MCPServer\n"
        "server = MCPServer('Twice')\n"
        "@server.tool()\n"
        "def twice(number: int) -> int:\n"
        "    'Doubles a number.'\n"
        "    return 2 * number\n"
        "server.run()\n"
    )
    address = ServerAddress("Twice", program=Program(sys.executable, (str(script),)))
    found = await look(address)
    assert [(tool.name, tool.description) for tool in found.tools] == [
        ("twice", "Doubles a number.")
    ]
    assert (await call(address, "twice", {"number": 21})).text == "42"
    missing = ServerAddress("Missing", program=Program("/nowhere/at-all"))
    assert (await call(missing, "x", {})).text == "Missing: It cannot be reached."
