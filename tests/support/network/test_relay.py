"""The relay of the tests: who hangs up on one side has hung up on the other."""

import asyncio
import gc

from tests.support.network.relay import relay
from tests.support.network.serving import serve


async def test_a_client_that_hangs_up_leaves_no_connection_to_the_server() -> None:
    came: asyncio.Queue[bytes] = asyncio.Queue()

    async def say_nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        came.put_nowait(await reader.readline())
        came.put_nowait(await reader.read())

    async with serve(say_nothing) as port, relay(f"http://127.0.0.1:{port}") as line:
        _, writer = await asyncio.open_connection("127.0.0.1", line.port)
        writer.write(b"Hello\n")
        assert await came.get() == b"Hello\n"
        writer.close()
        await writer.wait_closed()
        async with asyncio.timeout(30):
            assert await came.get() == b""


async def test_a_visit_that_waits_is_held_until_its_server_ends() -> None:
    """Collected as garbage, it would warn of the connection that it had not closed."""
    ended = asyncio.Event()
    waits = asyncio.Event()

    async def wait_for_nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        try:
            await reader.read()
            waits.set()
            await asyncio.get_running_loop().create_future()  # nothing else holds it
        finally:
            ended.set()

    async with serve(wait_for_nothing) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        await waits.wait()
        gc.collect()
        assert not ended.is_set()
    assert ended.is_set()
