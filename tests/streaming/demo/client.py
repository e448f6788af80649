"""A client of the demo upstream that reads its chat streams with no code of the project."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from streaming.demo.serving.server import DemoUpstream

USAGE = {"stream_options": {"include_usage": True}}
INSTRUCTION = (
    "Your previous answer was cut off. It ended with exactly these characters, between the "
    "markers:\n<<<{anchor}>>>\nBegin your reply by repeating those characters exactly, then go "
    "on from there without any introduction, apology or summary. Do not start over."
)


@dataclass
class ChatAnswer:
    """The answer to one request, as far as it came."""

    status: int
    headers: httpx.Headers
    deltas: list[str] = field(default_factory=list)
    finish: str | None = None
    usage: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    done: bool = False
    cut: bool = False

    @property
    def text(self) -> str:
        joined = "".join(self.deltas)
        return joined.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class DemoClient:
    """A client of one demo upstream; `log_lines` are the lines that the upstream wrote."""

    def __init__(
        self, upstream: DemoUpstream, http: httpx.AsyncClient, log_lines: list[str]
    ) -> None:
        self.upstream = upstream
        self.http = http
        self.log_lines = log_lines

    async def ask(self, model: str, prompt: str = "What is a queue?", **more: Any) -> ChatAnswer:
        return await self.send(model, [{"role": "user", "content": prompt}], **more)

    async def prefill(
        self, model: str, partial: str, prompt: str = "What is a queue?"
    ) -> ChatAnswer:
        return await self.send(
            model,
            [{"role": "user", "content": prompt}, {"role": "assistant", "content": partial}],
        )

    async def instruct(self, model: str, partial: str, anchor: str) -> ChatAnswer:
        turns = [
            {"role": "user", "content": "What is a queue?"},
            {"role": "assistant", "content": partial},
            {"role": "user", "content": INSTRUCTION.format(anchor=anchor)},
        ]
        return await self.send(model, turns)

    async def send(self, model: str, messages: list[dict[str, Any]], **more: Any) -> ChatAnswer:
        body = {"model": model, "messages": messages, "stream": True, **more}
        async with self.http.stream("POST", "/v1/chat/completions", json=body) as response:
            answer = ChatAnswer(response.status_code, response.headers)
            if response.status_code != 200:
                answer.error = json.loads(await response.aread())["error"]
                return answer
            async for frame in _frames(response, answer):
                _take(frame, answer)
        return answer

    async def log(self) -> list[dict[str, Any]]:
        return list((await self.http.get("/_demo/log")).json())

    async def running_deltas(self) -> int:
        """How many deltas of the only running answer the upstream has written."""
        (visit,) = (await self.http.get("/_demo/running")).json()
        return int(visit["deltas"])

    async def wait_until_running(self, model: str, deltas: int = 0) -> None:
        """Return when the upstream has written that many deltas of a running answer."""
        async with asyncio.timeout(5):
            while True:
                running = (await self.http.get("/_demo/running")).json()
                if any(one["model"] == model and one["deltas"] >= deltas for one in running):
                    return

    async def wait_for_visit(self, model: str) -> dict[str, Any]:
        """The finished visit of that model, as soon as there is one."""
        async with asyncio.timeout(5):
            while True:
                for visit in await self.log():
                    if visit["model"] == model:
                        return dict(visit)


@asynccontextmanager
async def demo_client(speed: float = 100) -> AsyncIterator[DemoClient]:
    log_lines: list[str] = []
    async with (
        DemoUpstream(speed=speed, say=log_lines.append) as upstream,
        httpx.AsyncClient(base_url=upstream.url, timeout=10, trust_env=False, verify=False) as http,
    ):
        yield DemoClient(upstream, http, log_lines)


async def _frames(response: httpx.Response, answer: ChatAnswer) -> AsyncIterator[str]:
    held = b""
    try:
        async for piece in response.aiter_bytes():
            *frames, held = (held + piece).split(b"\n\n")
            for frame in frames:
                yield frame.decode()
    except httpx.RemoteProtocolError:
        answer.cut = True


def _take(frame: str, answer: ChatAnswer) -> None:
    if frame.startswith(":"):
        return
    data = expects_data(frame)
    if data == "[DONE]":
        answer.done = True
        return
    chunk = json.loads(data)
    answer.error = chunk.get("error")
    answer.usage = chunk.get("usage") or answer.usage
    for choice in chunk.get("choices", []):
        if delta := choice["delta"].get("content"):
            answer.deltas.append(delta)
        answer.finish = choice["finish_reason"] or answer.finish


def expects_data(frame: str) -> str:
    assert frame.startswith("data: ")
    return frame.removeprefix("data: ")
