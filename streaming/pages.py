"""What a page must be sent so that it shows the thread as it stands."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from conversations.models import Conversation, Message
from streaming import answers, fragments
from streaming.models import Generation


@dataclass(frozen=True, slots=True)
class Position:
    """What a page shows: its last message, that one's run, and how far and how that stands."""

    leaf: int | None = None
    generation: int | None = None
    after: int = 0
    status: str = ""

    @property
    def running(self) -> bool:
        return self.generation is not None and self.status == Generation.Status.RUNNING


class News(NamedTuple):
    """Fragments to send, and the position to which they lead."""

    fragments: Sequence[str]
    position: Position


def catch_up(conversation_id: uuid.UUID, owner_id: int, position: Position) -> News | None:
    """What leads a page on from `position`; None if the conversation is not its owner's."""
    conversation = Conversation.objects.filter(pk=conversation_id, owner_id=owner_id).first()
    if conversation is None:
        return None
    thread = conversation.thread()
    if not thread:
        return News([], Position())
    known = [message.pk for message in thread]
    at = known.index(position.leaf) if position.leaf in known else -1
    if at == len(known) - 1 and _stands_as(thread[-1], position):
        return News([], position)
    now = _render_leaf(thread[-1])
    if at < 0:
        sent = [fragments.thread(thread)]
    else:
        sent = [] if _stands_as(thread[at], position) else [fragments.article(thread[at])]
        sent += [fragments.messages(thread[at + 1 :])] if thread[at + 1 :] else []
    return News([*sent, fragments.around(conversation)], now)


def whole(message_id: int, shown: answers.Shown) -> str:
    """The article of a running answer as its broadcast shows it."""
    message = answers.load(message_id)
    message.shown = shown
    return fragments.article(message)


def _stands_as(message: Message, position: Position) -> bool:
    run = answers.last_run(message)
    return run is None or (run.pk, run.status) == (position.generation, position.status)


def _render_leaf(message: Message) -> Position:
    """Where a page stands that is sent this message now; remembers how it was rendered."""
    run = answers.last_run(message)
    if run is None:
        return Position(message.pk)
    message.shown = answers.read(message)
    return Position(message.pk, run.pk, message.shown.cursor, run.status)
