"""A server that the package itself makes, and the demo's as a process."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx
import pytest
import uvicorn
from mcp.server import MCPServer

from streaming.tools.servers.address import ServerAddress
from streaming.tools.servers.calls import call
from streaming.tools.servers.listing import look
from tests import ROOT

CANCELLED: list[str] = []


def packaged() -> MCPServer:
    server = MCPServer("Packaged")

    @server.tool()
    def add(one: int, other: int) -> int:
        """Adds."""
        return one + other

    @server.tool()
    async def wait() -> str:
        """Waits."""
        try:
            await anyio.sleep(60)
        except anyio.get_cancelled_exc_class():
            CANCELLED.append("wait")
            raise
        return "waited"

    return server


@asynccontextmanager
async def serving(**options: Any) -> AsyncIterator[ServerAddress]:
    config = uvicorn.Config(
        packaged().streamable_http_app(**options), port=0, log_level="critical", ws="none"
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    async with asyncio.timeout(10):
        while not server.started:  # noqa: ASYNC110 (it says nothing when it starts)
            await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{port}/mcp"
    try:
        yield ServerAddress("Packaged", url, local=frozenset({("127.0.0.1", port)}))
    finally:
        server.should_exit = server.force_exit = True
        await task


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "options", [{}, {"json_response": True}, {"stateless_http": True}], ids=str
)
async def test_a_server_of_the_package_is_understood(options: dict[str, Any]) -> None:
    CANCELLED.clear()
    async with serving(**options) as address:
        found = await look(address)
        assert [tool.name for tool in found.tools] == ["add", "wait"]
        assert (await call(address, "add", {"one": 40, "other": 2})).text == "42"
        wrong = await call(address, "add", {"one": "x"})
        assert wrong.is_error
        task = asyncio.create_task(call(address, "wait", {}))
        await asyncio.sleep(0.5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        if options.get("json_response"):
            return  # it looks at the connection only once it has something to send
        async with asyncio.timeout(5):
            while not CANCELLED:  # noqa: ASYNC110 (nobody rings)
                await asyncio.sleep(0.01)


def test_the_demo_tools_are_a_process_of_their_own() -> None:
    with subprocess.Popen(
        [sys.executable, "manage.py", "demo_tools", "--exit-with-stdin"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            said = re.fullmatch(r"Demo tools on (http://\S+)/mcp\n", process.stdout.readline())
            assert said is not None
            counted = httpx.get(f"{said[1]}/_demo/tools", trust_env=False).json()
            assert counted == {"calls": {}, "finished": {}, "cancelled": {}, "texts": []}
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(10) == 0
        finally:
            process.kill()
