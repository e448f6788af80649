"""What a page must be sent so that it shows the thread as it stands."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from conversations import branches
from conversations.branches import Stretch
from conversations.models import Conversation, Message
from streaming.live import fragments
from streaming.live.answers import answer_view
from streaming.live.position import Position
from streaming.runs.standing import last_run


class News(NamedTuple):
    """Fragments to send, and the position to which they lead."""

    fragments: Sequence[str]
    position: Position


def catch_up(conversation_id: uuid.UUID, owner_id: int, position: Position) -> News | None:
    """What leads a page on from `position`; None if the conversation is not its owner's."""
    conversation = Conversation.objects.filter(pk=conversation_id, owner_id=owner_id).first()
    if conversation is None:
        return None
    stretch = branches.newest(conversation)
    if not stretch.messages:
        return News([], Position())
    leaf = stretch.messages[-1]
    if leaf.pk == position.leaf and _stands_as(leaf, position):
        return News([], position)
    now = _render_leaf(leaf)
    sent = lead_on(conversation, stretch, position)
    return News([*sent, fragments.around(conversation)], now)


def lead_on(conversation: Conversation, stretch: Stretch, position: Position) -> list[str]:
    """What makes a page at `position` show the end of the thread; what it shows rightly stays."""
    shown = stretch.messages
    known = [message.pk for message in shown]
    fork = next((pk for pk in branches.lineage(position.leaf) if pk in known), None)
    if fork is None and position.leaf is not None and shown[0].parent_id == position.leaf:
        return [*_made_right(answer_view.load(position.leaf), position), fragments.messages(shown)]
    if fork is None:
        return [fragments.thread(conversation, stretch)]
    at = known.index(fork)
    if fork != position.leaf:
        return [fragments.branch(fork, shown[at + 1 :])]
    sent = _made_right(shown[at], position)
    return [*sent, fragments.messages(shown[at + 1 :])] if shown[at + 1 :] else sent


def whole(message_id: int, shown: answer_view.RenderedAnswer) -> str:
    """The article of a running answer as its broadcast shows it."""
    message = answer_view.load(message_id)
    message.shown = shown
    return fragments.article(message)


def _made_right(leaf: Message, position: Position) -> list[str]:
    """The page's last message anew, unless the page shows it as it stands."""
    return [] if _stands_as(leaf, position) else [fragments.article(leaf)]


def _stands_as(message: Message, position: Position) -> bool:
    run = last_run(message)
    return run is None or (run.pk, run.status) == (position.generation, position.status)


def _render_leaf(message: Message) -> Position:
    """Where a page stands that is sent this message now; remembers how it was rendered."""
    run = last_run(message)
    if run is None:
        return Position(message.pk)
    message.shown = answer_view.read(message)
    return Position(message.pk, run.pk, message.shown.cursor, run.status)
