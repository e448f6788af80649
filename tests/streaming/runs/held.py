"""A site whose one provider writes answers in the background: the demo, or a test's script."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from django.contrib.auth.models import User

from conversations.models import Message
from streaming import actions, lifecycle
from streaming.catalog.model_menu import ModelChoice
from streaming.cluster.bus import Topic
from streaming.db_threads import in_thread
from streaming.demo.serving.server import DemoUpstream
from streaming.journal import store
from streaming.models import Generation
from streaming.providers.config import ProviderConfig
from streaming.site import site
from tests.support.living import hearing
from tests.support.network.loopback import (
    CHUNKED,
    Loopback,
    Visit,
    loopback,
)

PROMPT = "How does a river delta form?"
PATIENCE_SECONDS = 30


def background(url: str, *models: str) -> ProviderConfig:
    options = {"background": True}
    return ProviderConfig("bg", "Background", "responses", url, models=models, options=options)


@dataclass
class Here:
    """The site, and the address of its upstream."""

    owner: User
    url: str

    async def send(self, model: str, provider: str = "bg") -> int:
        """Ask, and return the generation."""
        choice = ModelChoice(provider, model)
        run = await in_thread(actions.send)(self.owner, uuid.uuid4(), None, PROMPT, choice)
        return run.pk

    async def resume(self, message_id: int) -> int:
        message = await in_thread(Message.objects.get)(pk=message_id)
        return (await in_thread(actions.resume)(self.owner, uuid.uuid4(), message)).pk

    async def stop(self, pk: int) -> Generation:
        await in_thread(lambda: site().runner.stop_soon(pk).result(PATIENCE_SECONDS))()
        return await self.run(pk)

    async def run(self, pk: int) -> Generation:
        return await in_thread(Generation.objects.select_related("message").get)(pk=pk)

    async def runs(self, message_id: int) -> list[Generation]:
        found = Generation.objects.select_related("message").filter(message=message_id)
        return await in_thread(lambda: list(found.order_by("pk")))()

    async def ended(self, pk: int) -> Generation:
        """The last generation of that one's answer, once it has ended."""
        message_id = (await self.run(pk)).message_id
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (last := (await self.runs(message_id))[-1]).status == "running":
                await self._moves_on(last.pk)
        return last

    async def _moves_on(self, pk: int) -> None:
        """Returns when the run has ended, whatever ended it."""
        bus = site().bus
        with hearing(bus, Topic.CLOSED.of(pk)) as closed, hearing(bus, Topic.MOVED.of(pk)) as moved:
            if (await self.run(pk)).status != "running":
                return
            waits = [asyncio.create_task(bell.wait()) for bell in (closed, moved)]
            await asyncio.wait(waits, return_when="FIRST_COMPLETED")
            for wait in waits:
                wait.cancel()

    async def writes(self, pk: int, words: int) -> None:
        """Returns once the text has that many words."""
        with hearing(site().bus, Topic.ENTRIES.of(pk)) as rung:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while len((await self._text(pk)).split()) < words:
                    await rung.wait()
                    rung.clear()

    async def _text(self, pk: int) -> str:
        found = await in_thread(store.snapshot)(pk)
        assert found is not None
        return found.text

    async def upstream(self, path: str) -> Any:
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.get(f"{self.url}{path}")).json()


@asynccontextmanager
async def served(owner: User, settings: Any, url: str, *models: str) -> AsyncIterator[Here]:
    settings.PROVIDERS = (background(f"{url}/v1", *models),)
    async with serving(owner, settings, url) as here:
        yield here


@asynccontextmanager
async def serving(owner: User, settings: Any, url: str) -> AsyncIterator[Here]:
    """A site with the providers of the settings, and short waits."""
    settings.BACK_OFF_SECONDS = (0.01,)
    await lifecycle.ensure_started()
    try:
        yield Here(owner, url)
    finally:
        await lifecycle.stop()


@asynccontextmanager
async def demo(owner: User, settings: Any, *models: str, speed: float = 100) -> AsyncIterator[Here]:
    async with (
        DemoUpstream(speed=speed, say=lambda line: None) as upstream,
        served(owner, settings, upstream.url, *models) as here,
    ):
        yield here


# What a demo does not do

Script = Callable[[Visit], Awaitable[None]]


@asynccontextmanager
async def scripted(
    owner: User, settings: Any, *scripts: Script
) -> AsyncIterator[tuple[Here, Loopback]]:
    """An upstream that answers one request after another by these scripts."""
    waiting = list(scripts)

    async def answer(visit: Visit) -> None:
        await waiting.pop(0)(visit)

    async with (
        loopback(answer) as place,
        served(owner, settings, place.url.removesuffix("/v1"), "model") as here,
    ):
        yield here, place


def event(number: int, kind: str, **more: Any) -> bytes:
    value = {"type": f"response.{kind}", "sequence_number": number, **more}
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def response(status: str = "in_progress") -> dict[str, Any]:
    return {"id": "resp_1", "object": "response", "status": status}


def created() -> bytes:
    return event(0, "created", response=response())


def completed(number: int) -> bytes:
    return event(number, "completed", response=response("completed"))


def said(number: int, text: str) -> bytes:
    return event(number, "output_text.delta", output_index=0, content_index=0, delta=text)


def tells(*parts: bytes) -> Script:
    async def script(visit: Visit) -> None:
        await visit.send(CHUNKED)
        for part in parts:
            await visit.chunk(part)
        await visit.end()

    return script


def breaks_after(*parts: bytes) -> Script:
    async def script(visit: Visit) -> None:
        await visit.send(CHUNKED)
        for part in parts:
            await visit.chunk(part)
        visit.writer.transport.abort()

    return script


def lines(place: Loopback) -> list[str]:
    """What was asked for, in order."""
    return [visit.head.split(b" HTTP")[0].decode() for visit in place.visits]
