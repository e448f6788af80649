"""A site on which the owner, a member, may use neither one provider nor one model of the other."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse

from conversations.roles.rights import Role
from streaming.audience import rules
from streaming.catalog.own_keys import keys
from streaming.models import Generation, QueuedPrompt
from tests.support.living import Living, alive, owner
from tests.support.tabs import Tab

__all__ = ["Walls", "owner", "walls"]

CLOSED, NONE_SUCH = "puppet/prefiller", "puppet/nonesuch1"
CLOSED_PROVIDER, NO_PROVIDER = "walled/teller", "nowhat/teller"
CHANCE = re.compile(
    rb"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=[\"'])[A-Za-z0-9]{64}(?=[\"'\\])|nonce-[\w+/=-]+"
)
"""Keys, tokens and nonces, which are new in each reply."""


@dataclass(frozen=True, slots=True)
class Walls:
    """`run` has ended as cancelled, with text, by a model that the owner may use."""

    living: Living
    tab: Tab
    run: Generation
    prompt: QueuedPrompt

    def path(self, path: str) -> str:
        run = self.run
        return path.format(c=run.conversation_id, m=run.message_id, asked=self.asked, q=self.key)

    @property
    def key(self) -> uuid.UUID:
        return self.prompt.key

    @property
    def asked(self) -> int:
        """The prompt of the answer."""
        assert self.run.message.parent_id is not None
        return self.run.message.parent_id

    async def do(self, work: Any) -> Any:
        return await self.living.do(work)

    async def opens(self) -> None:
        """The member may use both again."""
        await self.do(lambda: rules.open_to_everybody("puppet", "prefiller"))
        await self.do(lambda: rules.open_to_everybody("walled"))

    async def closes(self, model: str = "prefiller") -> None:
        await self.do(lambda: rules.keep_to("puppet", model, [Role.ADMINISTRATOR], []))


def told(reply: HttpResponse, *named: str) -> tuple[int, bytes]:
    """What the reply says, but for the name that the request said, and for chance."""
    body = reply.content
    for name in named:
        body = body.replace(name.encode(), b"MODEL")
    return reply.status_code, CHANCE.sub(b"", body)


@pytest.fixture
async def walls(transactional_db: None, owner: User, settings: Any) -> AsyncIterator[Walls]:
    settings.AUTOMATIC_RETRIES = settings.AUTOMATIC_RESUMES = 0
    async with alive(owner, settings, "walled") as living:
        tab = Tab()
        await living.do(lambda: None)
        await tab.sign_in(owner)
        answer = await living.answering()
        await answer.says("So far")
        run = await answer.stops()

        def furnish() -> QueuedPrompt:
            keys.set_rule("walled", allowed=True, only=False)
            rules.keep_to("walled", "", [Role.ADMINISTRATOR], [])
            rules.keep_to("puppet", "prefiller", [Role.ADMINISTRATOR], [])
            return QueuedPrompt.objects.create(
                conversation=run.conversation,
                key=uuid.uuid4(),
                place=0,
                text="Later",
                held="stopped",
                editing=True,
                provider="puppet",
                model="teller",
            )

        yield Walls(living, tab, run, await living.do(furnish))
