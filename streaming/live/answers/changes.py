"""What entries do to the parts of an answer that a page shows: one value for each change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from conversations.markdown import Operation
from streaming.journal.tool_calls import CallChange
from streaming.live.answers.rendered_answer import RenderedPart


class TextChanged(NamedTuple):
    """The text at this place: what is to be done to it, in order."""

    place: str
    operations: Sequence[Operation]


class ThoughtsGrew(NamedTuple):
    """More of the thoughts at this place."""

    place: str
    added: str


class ThoughtsEnded(NamedTuple):
    """The thoughts at this place are over; `label` says how long they took."""

    place: str
    label: str


class PartBegan(NamedTuple):
    """Another part follows all others, with what it begins with."""

    part: RenderedPart


Change: TypeAlias = TextChanged | ThoughtsGrew | ThoughtsEnded | PartBegan | CallChange
