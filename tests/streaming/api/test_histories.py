"""Random histories of resumes, undos and edits: no cursor ever given leads to a wrong text."""

from __future__ import annotations

import uuid
from random import Random

import pytest

from streaming import actions
from streaming.api import standing
from streaming.api.cursor import Cursor
from streaming.editing import answers
from streaming.models import Generation
from tests.support.living import PREFILLER, Living, living, owner

__all__ = ["living", "owner"]

BEGINNING = "The first words of it, which nobody takes back, and then some more of them: "
STEPS = 14


class History:
    """One answer, what is done to it, and every reader that there ever was."""

    def __init__(self, living: Living, message: int, chance: Random) -> None:
        self.living, self.message, self.chance = living, message, chance
        self.readers: list[tuple[Cursor, str]] = []

    async def step(self) -> None:
        last = await self.living.do(lambda: self._standing()[-1])
        ways = ["resume", "edit"]
        if last.is_edit:
            ways.append("undo edit")
        elif last.resume_mode:
            ways.append("undo")
        await getattr(self, f"_{self.chance.choice(ways).replace(' ', '_')}")(last)
        await self._check()

    def _standing(self) -> list[Generation]:
        return list(Generation.objects.filter(message=self.message).standing().order_by("pk"))

    async def _resume(self, _last: Generation) -> None:
        again = await self.living.resuming(self.message)
        await again.says(f"word{self.chance.randrange(10**6)} and more of it. ")
        await again.stops()

    async def _undo(self, _last: Generation) -> None:
        row, user = await self.living.message(self.message), self.living.owner
        await self.living.do(lambda: actions.undo_resume(user, uuid.uuid4(), row))

    async def _edit(self, last: Generation) -> None:
        row, user = await self.living.message(self.message), self.living.owner
        at = self.chance.randrange(len(row.text))
        text = row.text[:at] + f"<{self.chance.randrange(99)}>" + row.text[at + 5 :]
        await self.living.do(
            lambda: answers.edit_answer(user, uuid.uuid4(), row, text + "end ", last.pk)
        )

    async def _undo_edit(self, last: Generation) -> None:
        await self.living.do(lambda: answers.undo_edit(last))

    async def _check(self) -> None:
        now = await self.living.do(lambda: standing.load(self.message))
        assert now is not None
        for cursor, text in self.readers:
            at, cut = now.place(cursor)
            assert now.text.startswith(text[: at.text]), (cursor, at, cut)
            assert cut is not None or at.text == len(text)
        ends = {len(now.text), self.chance.randrange(len(now.text)), 10}
        self.readers += [(Cursor(now.generation, end), now.text[:end]) for end in ends]
        numbers = [Cursor(0, end) for end in ends]
        assert [now.place(each)[1] for each in numbers] == [None] * len(numbers)


@pytest.mark.parametrize("seed", range(4))
async def test_what_a_reader_keeps_is_always_the_beginning_of_what_stands(
    living: Living, seed: int
) -> None:
    first = await living.answering("Tell me", model=PREFILLER)
    await first.says(BEGINNING)
    run = await first.stops()
    history = History(living, run.message_id, Random(seed))
    await history._check()
    for _ in range(STEPS):
        await history.step()
