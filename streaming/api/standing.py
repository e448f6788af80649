"""An answer as it stands in the database, and what of a reader's text stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from conversations.answers.parts import AnswerParts
from conversations.models import Message
from streaming.api.cursor import Cursor
from streaming.journal import store
from streaming.journal.snapshot import parts_of
from streaming.journal.tool_calls import AnswerCall, AnswerCalls
from streaming.models import Generation
from streaming.runs.standing import last_run

TRIES = 20


class ForeignCursor(ValueError):
    """The cursor is of another answer."""


class Restless(Exception):
    """The answer changed again each time it was read."""


class Cut(NamedTuple):
    """Of a reader's text only so many characters stand, and of the calls told so many."""

    why: Literal["undo", "edit"]
    text: int
    calls: int


@dataclass(frozen=True, slots=True)
class Standing:
    """`last` wrote the end of the text; None where nothing of this site did. `seq` is the number
    of the last entry of the journal that the text holds. `moved` is a generation that a reader
    named and that continues in another answer since."""

    message_id: int
    generations: Sequence[Generation]
    last: Generation | None
    text: str
    reasoning: str
    calls: AnswerCalls
    parts: AnswerParts
    owners: Sequence[int]
    seq: int
    moved: int = 0

    @property
    def running(self) -> bool:
        return self.last is not None and self.last.status == Generation.Status.RUNNING

    @property
    def generation(self) -> int:
        return self.last.pk if self.last else 0

    @property
    def told_calls(self) -> list[AnswerCall]:
        """Those that are complete, up to the first that is still written."""
        return complete(self.calls, all_of_them=not self.running)

    def place(self, cursor: Cursor) -> tuple[Cursor, Cut | None]:
        """Where that reader stands now, and what was taken back or changed; raises ForeignCursor.

        Segments are taken back from the last one on, so what stands of a reader's text is always
        its beginning.
        """
        cut = self._cut(cursor)
        kept = Cursor(
            self.generation,
            min(cursor.text, cut.text if cut else len(self.text)),
            min(cursor.reasoning, len(self.reasoning)),
            min(cursor.calls, cut.calls if cut else len(self.calls.all)),
        )
        return kept, cut

    def _cut(self, cursor: Cursor) -> Cut | None:
        known = {each.pk: each for each in self.generations}
        if cursor.generation and cursor.generation == self.moved:
            return Cut("undo", 0, 0)
        if cursor.generation and cursor.generation not in known:
            raise ForeignCursor(str(cursor))
        base = known.get(cursor.generation) or self.last
        gone = [each for each in self.generations if base and _took_back(each, base, cursor)]
        edits = [
            each
            for each in self.generations
            if base and each.is_edit and each.undone_at is None and each.pk > base.pk
        ]
        text = min([cursor.text, len(self.text), *(each.start_offset for each in gone + edits)])
        if not (gone or edits or text < cursor.text):
            return None
        first = min((each.pk for each in gone), default=None)
        calls = sum(1 for owner in self.owners if first is None or owner < first)
        return Cut("edit" if edits and not gone else "undo", text, calls)

    def is_all(self, cursor: Cursor) -> bool:
        """Whether that reader knows everything, the end too."""
        kept, cut = self.place(cursor)
        known = kept.text == len(self.text) and kept.reasoning == len(self.reasoning)
        calls = kept.calls == len(self.calls.all)
        return cursor.ended and not self.running and cut is None and known and calls


def _took_back(each: Generation, base: Generation, cursor: Cursor) -> bool:
    """Whether an undo of `each` may have taken text that this reader has."""
    if each.undone_at is None:
        return False
    if each.pk <= base.pk:
        return each.pk == base.pk or each.undone_at > base.created_at
    return not each.is_edit and each.start_offset < cursor.text


def complete(calls: AnswerCalls, *, all_of_them: bool) -> list[AnswerCall]:
    found = calls.as_they_stand()
    still_open = [call.number for call in found if call.state == "open"]
    return found if all_of_them or not still_open else found[: still_open[0]]


def last_pk(message_id: int) -> int:
    """The last generation that stands; 0 if there is none."""
    rows = Generation.objects.filter(message=message_id).standing().order_by("pk")
    return rows.values_list("pk", flat=True).last() or 0


def load(message_id: int, named: int = 0) -> Standing | None:
    """How things stand for a reader that names a generation; None if the answer was deleted.

    Its parts belong together: it is read until none changed meanwhile.
    """
    for _ in range(TRIES):
        before = _generations(message_id)
        message = Message.objects.visible().filter(pk=message_id).first()
        if message is None:
            return None
        found = _standing(message, before)
        if found is not None and _states(_generations(message_id)) == _states(before):
            return replace(found, moved=_moved(message, before, named))
    raise Restless


def _standing(message: Message, generations: Sequence[Generation]) -> Standing | None:
    last = last_run(generations)
    owners = [call["generation"] for call in message.tool_calls]
    if last is None or last.status != Generation.Status.RUNNING:
        calls = AnswerCalls(message.tool_calls)
        text, reasoning = message.text, message.reasoning
        parts = parts_of(message)
        return Standing(message.pk, generations, last, text, reasoning, calls, parts, owners, 0)
    shot = store.snapshot(last.pk)
    if shot is None or shot.ended or shot.message_id != message.pk:
        return None
    calls = AnswerCalls(shot.kept_calls)
    calls.take(shot.entries)
    owners += [last.pk] * (len(calls.all) - len(owners))
    text, parts = shot.text, shot.parts()
    return Standing(
        message.pk, generations, last, text, shot.reasoning, calls, parts, owners, shot.cursor
    )


def _moved(message: Message, generations: Sequence[Generation], named: int) -> int:
    if not named or any(each.pk == named for each in generations):
        return 0
    rows = Generation.objects.filter(pk=named, conversation=message.conversation_id)
    return named if rows.exists() else 0


def _generations(message_id: int) -> list[Generation]:
    return list(Generation.objects.filter(message=message_id).order_by("pk"))


def _states(generations: Sequence[Generation]) -> list[object]:
    return [(each.pk, each.status, each.undone_at) for each in generations]
