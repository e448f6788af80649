"""What a person does in a conversation, each act once: how long the server takes to reply."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx

from tests.support.visitor import Visitor

RUNNING = "SELECT 1 FROM streaming_generation WHERE status = 'running'"
MESSAGES = """
SELECT id, role FROM conversations_message
WHERE replace(CAST(conversation_id AS text), '-', '') = '{}' AND deletion_id IS NULL ORDER BY id
"""
GENERATION = """
SELECT max(id) AS id FROM streaming_generation
WHERE replace(CAST(conversation_id AS text), '-', '') = '{}'
"""
ENDS_AT_ONCE, STALLS = "demo/demo-unauthorized", "demo/demo-stall"


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation as a visitor reaches it."""

    visitor: Visitor
    pk: str

    async def _begins(self, path: str, **fields: str) -> float:
        start = time.perf_counter()
        await self._post(path, **({"model": ENDS_AT_ONCE} | fields))
        took = _since(start)
        while self.visitor.site.rows(RUNNING):  # noqa: ASYNC110 (another process writes there)
            await asyncio.sleep(0.01)
        return took

    async def _takes(self, path: str, number: int) -> float:
        start = time.perf_counter()
        await self._post(path.format(number))
        return _since(start)

    async def _post(self, path: str, **fields: str) -> httpx.Response:
        reply = await self.visitor.post(path, **fields)
        assert reply.status_code == 303, f"{path}: {reply.status_code} {reply.text[:400]}"
        return reply

    async def _seen(self, path: str) -> float:
        start = time.perf_counter()
        await self.visitor.page(path)
        return _since(start)

    def _last(self, role: str, before: int = 2**62) -> int:
        rows = self.visitor.site.rows(MESSAGES.format(self.pk.replace("-", "")))
        found = (row["id"] for row in reversed(rows) if row["role"] == role)
        return int(next(pk for pk in found if pk < before))

    def _generation(self) -> int:
        rows = self.visitor.site.rows(GENERATION.format(self.pk.replace("-", "")))
        return int(rows[0]["id"])


class Acts(Thread):
    """What a person does in one; each leaves it so that the next can follow."""

    async def send(self) -> float:
        return await self._begins("/send/", prompt="Hi", conversation=self.pk)

    async def edit(self) -> float:
        """The last prompt in other words."""
        return await self._begins(f"/m/{self._last('user')}/edit/", text="Hi, I said")

    async def step(self) -> float:
        """To the first of two siblings and, not timed, back to what is shown now."""
        shown = self._last("user")
        took = await self._takes("/m/{}/show/", self._last("user", before=shown))
        await self._takes("/m/{}/show/", shown)
        return took

    async def stop(self) -> float:
        await self._post("/send/", prompt="Hi", conversation=self.pk, model=STALLS)
        return await self._takes("/g/{}/stop/", self._generation())

    async def resume(self) -> float:
        await self._post("/send/", prompt="Hi", conversation=self.pk, model=STALLS)
        while not self.visitor.site.rows("SELECT 1 FROM streaming_journalentry"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await self._takes("/g/{}/stop/", self._generation())
        return await self._begins(f"/m/{self._last('assistant')}/resume/")

    async def delete(self) -> float:
        """The last prompt and its answer."""
        return await self._takes("/m/{}/delete/", self._last("user"))

    async def copy(self) -> float:
        """Branch from here, at the end: of all messages."""
        return await self._takes("/m/{}/branch/", self._last("assistant"))

    async def listing(self) -> float:
        return await self._seen(f"/c/{self.pk}/branches/")

    async def find(self) -> float:
        return await self._seen(f"/c/{self.pk}/?q=words")

    async def catch_up(self) -> float:
        """What a page lacks that stands at the last answer but one, as a socket is sent it."""
        before = self._last("assistant", before=self._last("assistant"))
        start = time.perf_counter()
        reply = await self.visitor.http.get(f"/c/{self.pk}/standing/?leaf={before}")
        assert len(reply.json()["messages"]) > 0
        return _since(start)


ACTS: dict[str, Callable[[Acts], Awaitable[float]]] = {
    "send": Acts.send,
    "edit": Acts.edit,
    "step": Acts.step,
    "stop": Acts.stop,
    "resume": Acts.resume,
    "delete": Acts.delete,
    "list": Acts.listing,
    "find": Acts.find,
    "catch up": Acts.catch_up,
}
"""In this order. Branch from here is none of them: it takes as long as there are messages."""


async def timed(acts: Acts, name: str, rounds: int) -> float:
    """The best of several, in milliseconds."""
    return min([await ACTS[name](acts) for _ in range(rounds)])


def _since(start: float) -> float:
    return (time.perf_counter() - start) * 1000
