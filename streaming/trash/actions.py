"""What a person does with the trash: delete, restore, delete for good.

The wish to stop what is written there is committed together with the move, so that it outlives
whatever happens next. The same key from the same person gives the first result again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import TimeoutError as StillRunning
from contextlib import suppress
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from conversations.access import Person
from conversations.models import Conversation, Deletion, Message
from conversations.trash import moving, temporary
from conversations.trash.moving import NotRestorable
from streaming import actions
from streaming.cluster.bus import Topic
from streaming.error_messages import failures
from streaming.models import Generation, QueuedPrompt
from streaming.queue import line
from streaming.runs.refusals import Refused
from streaming.site import NotServing, site

T = TypeVar("T")

STOP_SECONDS = 2.0

IN_TRASH = Q(conversation__trashed_at__isnull=False) | Q(message__deletion__isnull=False)


def delete_conversation(user: Person, key: UUID, conversation: Conversation) -> Deletion:
    """Move it to the trash. Returns once what was written there is stopped, or after a while."""
    deletion = move_conversation(user, key, conversation)
    _settle(conversation)
    return deletion


def move_conversation(user: Person, key: UUID, conversation: Conversation) -> Deletion:
    """Move it to the trash, with the wish to stop; the caller stops what is written there."""

    def move(thread: Conversation, own: UUID) -> Deletion:
        _ask_to_stop(thread, lambda generation: True)
        line.hold_back(thread, QueuedPrompt.Held.DELETED)
        return moving.trash_conversation(thread, own)

    return _once(user, key, conversation.pk, None, move)


def delete_branch(user: Person, key: UUID, message: Message) -> Deletion:
    """Move a message and all that follows it to the trash, and stop what is written there."""

    def move(thread: Conversation, own: UUID) -> Deletion:
        _ask_to_stop(thread, lambda generation: moving.follows(generation.message_id, message))
        return moving.trash_branch(thread, message, own)

    deletion = _once(user, key, message.conversation_id, message.pk, move)
    while _in_turn(message.conversation_id, lambda thread: moving.spread(thread, deletion)):
        pass
    _settle(message.conversation)
    return deletion


def restore(deletion: Deletion) -> bool:
    """Bring it back as it was; False if it came back before. Raises NotRestorable."""
    pk = deletion.conversation_id
    if pk is None:
        raise NotRestorable
    while _in_turn(pk, lambda thread: moving.lift_some(deletion)):
        pass
    done = _in_turn(pk, lambda thread: moving.restore(thread, deletion))
    tell(pk, deletion.owner_id)
    return done


def end_temporary(conversation_id: UUID, now: datetime) -> None:
    """Doom a temporary conversation whose hour has come, and stop what is written in it."""

    def end(thread: Conversation) -> int:
        if temporary.doom(thread, now):
            _ask_to_stop(thread, lambda generation: True)
        return thread.owner_id

    with suppress(Refused):  # another process was faster
        tell(conversation_id, _in_turn(conversation_id, end))
        stop_writing(conversation_id)


def stop_writing(conversation_id: UUID) -> None:
    """Stop what is written in the trash there, in whichever process; returns after a while."""
    end = time.monotonic() + STOP_SECONDS
    while (left := end - time.monotonic()) > 0:
        running = Generation.objects.running().filter(IN_TRASH, conversation=conversation_id)
        generation = running.first()
        if generation is None:
            return
        with suppress(StillRunning):
            actions.stop(generation).result(left)


def _once(
    user: Person,
    key: UUID,
    conversation_id: UUID,
    message_id: int | None,
    move: Callable[[Conversation, UUID], Deletion],
) -> Deletion:
    """What the same request did before, or what it does now."""

    def begin(thread: Conversation) -> Deletion:
        before, own = moving.by_key(user, key), key
        if before is not None:
            if (before.conversation_id, before.message_id) == (conversation_id, message_id):
                return before
            own = uuid5(key, f"{conversation_id} {message_id}")
        return moving.by_key(user, own) or move(thread, own)

    try:
        return _in_turn(conversation_id, begin)
    except IntegrityError:  # the same key came for something else in the same moment
        return _in_turn(conversation_id, begin)


def _in_turn(conversation_id: UUID, work: Callable[[Conversation], T]) -> T:
    """Do it to the conversation as it stands, with nobody else there meanwhile."""
    with transaction.atomic():
        thread = moving.hold(conversation_id)
        if thread is None:
            raise Refused(failures.sentence("not_found"))
        return work(thread)


def _ask_to_stop(thread: Conversation, concerns: Callable[[Generation], bool]) -> None:
    """Before the messages are marked: whoever ends a run holds its row first, too."""
    running = Generation.objects.running().filter(conversation=thread)
    pks = [generation.pk for generation in running if concerns(generation)]
    wish = Coalesce("stop_requested_at", Value(timezone.now()))
    Generation.objects.running().filter(pk__in=pks).update(stop_requested_at=wish)


def _settle(conversation: Conversation) -> None:
    tell(conversation.pk, conversation.owner_id)
    stop_writing(conversation.pk)


def tell(conversation_id: UUID, owner_id: int) -> None:
    """Let the open pages look again: those of the conversation, and the person's lists."""
    with suppress(NotServing):
        site().bus.publish_soon(Topic.THREAD.of(conversation_id))
        site().bus.publish_soon(Topic.LIST.of(owner_id))
