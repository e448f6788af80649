"""Prompts put in line in a site of the test's own process."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass

from conversations import branches
from conversations.models import Conversation
from streaming import actions
from streaming.catalog.model_menu import ModelChoice
from streaming.cluster.bus import Topic
from streaming.models import Generation, QueuedPrompt
from streaming.queue import sending
from tests.support.living import TELLER, Answering, Living, hearing
from tests.support.puppet import PATIENCE_SECONDS


@dataclass(frozen=True, slots=True)
class Line:
    """The line of one conversation, and the answer that was being written when it began."""

    living: Living
    answer: Answering
    conversation: Conversation

    async def put(
        self, text: str, key: uuid.UUID | None = None, model: str = TELLER
    ) -> QueuedPrompt:
        choice, user = ModelChoice("puppet", model), self.living.owner
        own = key or uuid.uuid4()
        waiting = await self.living.do(
            lambda: sending.send(user, own, self.conversation, text, choice)
        )
        assert isinstance(waiting, QueuedPrompt), f"{text} was sent at once"
        return waiting

    async def send_now(self, prompt: QueuedPrompt, stops: int | None = None) -> None:
        """As a page does it that shows the answer `stops` as being written."""
        await self.living.do(
            lambda: sending.send_now(self.living.owner, self.conversation, prompt.key, stops)
        )

    async def rows(self) -> list[tuple[str, str]]:
        """The text of each prompt in line, and what it is held for."""
        rows = QueuedPrompt.objects.standing().filter(conversation=self.conversation)
        return await self.living.do(lambda: list(rows.values_list("text", "held")))

    async def texts(self) -> list[str]:
        return [text for text, _ in await self.rows()]

    async def said(self) -> list[str]:
        """The texts of the branch that is shown, in order."""

        def read() -> list[str]:
            leaf = Conversation.objects.values_list("leaf", flat=True).get(pk=self.conversation.pk)
            return [each.text for each in branches.history(leaf)]

        return await self.living.do(read)

    async def next_answer(self) -> Answering:
        """The answer that the line asks for next."""
        talk = await self.living.puppet.talk()
        running = Generation.objects.running().filter(conversation=self.conversation)
        return Answering(self.living, (await self.living.do(running.get)).pk, talk)

    async def answers(self, prompt: str, text: str = "Yes.") -> Answering:
        """The answer that the line asks for next has this prompt, and has begun."""
        answer = await self.next_answer()
        assert answer.talk.turns[-1] == ("user", prompt)
        await answer.says(text)
        return answer

    async def until(self, *rows: tuple[str, str]) -> None:
        """Waits until the line holds these."""
        subject = Topic.THREAD.of(self.conversation.pk)
        with hearing(self.living.site.bus, subject) as rung:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while await self.rows() != list(rows):
                    await rung.wait()
                    rung.clear()

    async def stops(self) -> Generation:
        """Somebody presses Stop."""
        generation = await self.living.run(self.answer.pk)
        await self.living.do(lambda: actions.stop(generation).result(5))
        return await self.answer.ended()


async def line_behind(living: Living, *texts: str) -> Line:
    """An answer that is being written, and these prompts in line after it."""
    answer = await living.answering()
    await answer.says("One.")
    line = Line(living, answer, (await living.run(answer.pk)).conversation)
    for text in texts:
        await line.put(text)
    return line
