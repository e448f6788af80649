"""The least that streams an answer to a browser: Daphne, Channels and httpx, nothing kept.

`python -m tests.bench.support.relay PORT UPSTREAM`; a socket that says a model's name is sent its
deltas.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import httpx
from channels.generic.websocket import AsyncWebsocketConsumer
from daphne.server import Server
from django.conf import settings

UPSTREAM = ""
client: httpx.AsyncClient | None = None


class Relay(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One answer per socket, a text frame per delta."""

    task: asyncio.Task[None] | None = None

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        self.task = asyncio.create_task(self.relay(text_data or ""))

    async def relay(self, model: str) -> None:
        global client
        if client is None:
            limits = httpx.Limits(max_connections=None)
            client = httpx.AsyncClient(base_url=UPSTREAM, timeout=60, limits=limits)
        asked = {"model": model, "stream": True, "messages": [{"role": "user", "content": "Go."}]}
        async with client.stream("POST", "/v1/chat/completions", json=asked) as reply:
            async for line in reply.aiter_lines():
                if line.startswith("data: {"):
                    for choice in json.loads(line[6:])["choices"]:
                        if text := choice["delta"].get("content"):
                            await self.send(text)
        await self.close()

    async def disconnect(self, code: int) -> None:
        if self.task is not None:
            self.task.cancel()


def main(port: str, upstream: str) -> None:
    global UPSTREAM
    UPSTREAM = upstream
    settings.configure(CHANNEL_LAYERS={})
    endpoint = f"tcp:port={port}:interface=127.0.0.1"
    application: Any = Relay.as_asgi()
    Server(application, endpoints=[endpoint], verbosity=0, ready_callable=announce).run()


def announce() -> None:
    print("Relay ready", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
