"""The line of a conversation as pages show it: its prompts in order, and why they wait."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from conversations.files.models import File
from streaming.error_messages import prompts_in_line as sentences
from streaming.live.thread import whereabouts
from streaming.models import QueuedPrompt


class Neighbours(NamedTuple):
    """A prompt, the keys of those next to it, which it can be moved past, and its files' names."""

    prompt: QueuedPrompt
    previous: UUID | None
    next: UUID | None
    files: Sequence[str]


class Group(NamedTuple):
    """Prompts next to each other that wait for the same."""

    held: str
    sentence: str
    prompts: Sequence[Neighbours]


@dataclass(frozen=True, slots=True)
class Line:
    """`state` sums it up as `Position.queue` does; `running` is the answer that is written now, and
    `names` are those of the files that go with its prompts.
    """

    state: str = ""
    prompts: Sequence[QueuedPrompt] = ()
    removed: Sequence[QueuedPrompt] = ()
    running: int | None = None
    names: Mapping[UUID, str] = field(default_factory=dict)

    @property
    def groups(self) -> Iterator[Group]:
        keys = [prompt.key for prompt in self.prompts]
        files = [
            [self.names[pk] for pk in prompt.file_ids if pk in self.names]
            for prompt in self.prompts
        ]
        rows = map(Neighbours, self.prompts, [None, *keys[:-1]], [*keys[1:], None], files)
        for held, some in groupby(rows, key=lambda row: row.prompt.held):
            group = list(some)
            yield Group(held, self._sentence(held, group), group)

    def _sentence(self, held: str, group: Sequence[Neighbours]) -> str:
        if held:
            return sentences.HELD.get(held, held)
        if any(row.prompt.editing for row in group):
            return sentences.BEING_EDITED
        return sentences.AFTER_THE_ANSWER if self.running else sentences.IN_A_MOMENT


EMPTY = Line()


def line_of(conversation_id: UUID) -> Line:
    rows = list(QueuedPrompt.objects.filter(conversation=conversation_id))
    if not rows:
        return EMPTY
    running = whereabouts.running(conversation_id)
    pk = running.pk if running else None
    recently = timezone.now() - timedelta(seconds=settings.QUEUED_UNDO_SECONDS)
    numbers = (len(rows), max(row.pk for row in rows), sum(row.revision for row in rows))
    return Line(
        state=whereabouts.prompts_state(".".join(map(str, numbers)), pk),
        prompts=[row for row in rows if row.removed_at is None],
        removed=[row for row in rows if row.removed_at and row.removed_at > recently],
        running=pk,
        names=_names({pk for row in rows if row.removed_at is None for pk in row.file_ids}),
    )


def _names(files: Collection[UUID]) -> Mapping[UUID, str]:
    """No query where no prompt has files."""
    if not files:
        return {}
    return dict(File.objects.filter(pk__in=files).values_list("pk", "name"))
