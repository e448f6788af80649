"""The living parts of the site in the test's own process, and an upstream on strings."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import pytest
from django.contrib.auth.models import User

from conversations.models import Conversation, Message
from streaming import actions, lifecycle
from streaming.catalog.model_menu import ModelChoice
from streaming.cluster.bus import Bus, Subject, Topic
from streaming.db_threads import in_thread
from streaming.journal import store
from streaming.journal.snapshot import Snapshot
from streaming.models import Generation
from streaming.providers.config import ProviderConfig, Timeouts
from streaming.site import Site, site
from tests.support.puppet import (
    PATIENCE_SECONDS,
    Puppet,
    Talk,
    puppet_upstream,
)

T = TypeVar("T")

TELLER = "teller"
PREFILLER = "prefiller"
ECHOER = "echoer"
PATIENT = Timeouts()


@contextmanager
def hearing(bus: Bus, subject: Subject) -> Iterator[asyncio.Event]:
    """An event that is set whenever it is published."""
    rung = asyncio.Event()

    def hear(*news: Any) -> None:
        rung.set()

    bus.subscribe(subject, hear)
    try:
        yield rung
    finally:
        bus.unsubscribe(subject, hear)


@dataclass
class Answering:
    """An answer that is being written, seen from both ends."""

    living: Living
    pk: int
    talk: Talk

    async def says(self, *texts: str) -> None:
        """Upstream says each text once the one before it is kept."""
        for text in texts:
            before = (await self.living.snapshot(self.pk)).text
            await self.talk.say(text)
            await self.living.until_kept(self.pk, before + text)

    async def finishes(self, reason: str = "stop", **usage: int) -> Generation:
        await self.talk.finish(reason, **usage)
        return await self.ended()

    async def stops(self) -> Generation:
        await self.living.do(lambda: self.living.site.runner.stop_soon(self.pk).result(5))
        return await self.ended()

    async def ended(self) -> Generation:
        return await self.living.until_ended(self.pk)


@dataclass
class Living:
    """The site's living parts, a person, and the upstream that the test speaks for."""

    site: Site
    puppet: Puppet
    owner: User

    async def do(self, work: Callable[[], T]) -> T:
        """Database work, in a thread of its own as the site does it."""
        return await in_thread(work)()

    async def send(
        self,
        prompt: str = "Hello",
        conversation: Conversation | None = None,
        model: str = TELLER,
        key: uuid.UUID | None = None,
    ) -> Generation:
        choice = ModelChoice("puppet", model)
        return await self.do(
            lambda: actions.send(self.owner, key or uuid.uuid4(), conversation, prompt, choice)
        )

    async def answering(
        self,
        prompt: str = "Hello",
        conversation: Conversation | None = None,
        model: str = TELLER,
    ) -> Answering:
        """An answer that upstream was asked for and has not begun."""
        run = await self.send(prompt, conversation, model)
        return Answering(self, run.pk, await self.puppet.talk())

    async def resuming(self, message_id: int) -> Answering:
        """The answer resumed, asked for upstream."""
        return await self.again(message_id, actions.resume)

    async def again(
        self, message_id: int, way: Callable[[User, uuid.UUID, Message], Generation]
    ) -> Answering:
        message = await self.message(message_id)
        run = await self.do(lambda: way(self.owner, uuid.uuid4(), message))
        return Answering(self, run.pk, await self.puppet.talk())

    async def ended(self, text: str = "", reason: str = "stop", **begun: Any) -> Generation:
        """An answer with that text which has ended."""
        answer = await self.answering(**begun)
        if text:
            await answer.says(text)
        return await answer.finishes(reason)

    async def run(self, pk: int) -> Generation:
        return await self.do(
            lambda: Generation.objects.select_related("conversation", "message").get(pk=pk)
        )

    async def message(self, pk: int) -> Message:
        return await self.do(lambda: Message.objects.select_related("conversation").get(pk=pk))

    async def snapshot(self, pk: int) -> Snapshot:
        found = await self.do(lambda: store.snapshot(pk))
        assert found is not None
        return found

    async def until_kept(self, pk: int, text: str, kind: str = "text") -> Snapshot:
        """Waits until the database holds that text (or reasoning) of the answer."""
        with hearing(self.site.bus, Topic.ENTRIES.of(pk)) as rung:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while getattr(found := await self.snapshot(pk), kind) != text:
                    await rung.wait()
                    rung.clear()
        return found

    async def until_idle(self) -> None:
        """Waits until no run is held: that of an answer that ended closes its connection yet."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.site.runner):  # noqa: ASYNC110 (nothing is said when a task is over)
                await asyncio.sleep(0.005)

    async def until_ended(self, pk: int) -> Generation:
        with hearing(self.site.bus, Topic.CLOSED.of(pk)) as rung:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while (found := await self.run(pk)).status == Generation.Status.RUNNING:
                    await rung.wait()
        return found


def provider(url: str, slug: str = "puppet") -> ProviderConfig:
    return ProviderConfig(
        slug,
        slug.title(),
        "chat",
        url,
        models=(TELLER, PREFILLER, ECHOER),
        resume="instruct",
        resume_for={PREFILLER: "prefill", ECHOER: "prefill_echo"},
    )


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create_user("owner")


@pytest.fixture
async def living(transactional_db: None, owner: User, settings: Any) -> AsyncIterator[Living]:
    """A site that retries nothing automatically."""
    settings.AUTOMATIC_RETRIES = settings.AUTOMATIC_RESUMES = 0
    async with alive(owner, settings) as living:
        yield living


@asynccontextmanager
async def alive(
    owner: User, settings: Any, *others: str, timeouts: Timeouts = PATIENT
) -> AsyncIterator[Living]:
    """A site whose provider is the puppet, by the name of "puppet" and by those of the others."""
    async with puppet_upstream() as puppet:
        settings.PROVIDERS = tuple(
            replace(provider(puppet.url, slug), timeouts=timeouts) for slug in ("puppet", *others)
        )
        await lifecycle.ensure_started()
        yield Living(site(), puppet, owner)
        await lifecycle.stop()
