"""A TCP relay on loopback that cuts the connection after so many bytes of an answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from tests.support.network.serving import serve


@dataclass
class Relay:
    """`room` is how many bytes may still pass to the client; None is all there are."""

    port: int = 0
    room: int | None = None
    passed: int = 0


@asynccontextmanager
async def relay(target: str) -> AsyncIterator[Relay]:
    host, port = target.removeprefix("http://").split(":")
    here = Relay()

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(host, int(port))
        asking = asyncio.create_task(_pump(reader, there_writer))
        try:
            while data := await there_reader.read(4096):
                if here.room is not None:
                    data, here.room = data[: here.room], max(0, here.room - len(data))
                here.passed += len(data)
                writer.write(data)
                await writer.drain()
                if here.room == 0:
                    break
        except ConnectionError:
            pass
        finally:
            asking.cancel()
            there_writer.transport.abort()

    async with serve(visit) as here.port:
        yield here


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """What is read is written; whoever hangs up here has hung up there."""
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
