"""Leaving out the oldest messages of a branch, and taking that back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from conversations import branches
from conversations.models import Conversation, Message
from streaming import actions
from streaming.catalog.model_menu import tokens
from streaming.sent_files import estimates

KEPT_SHARE = 0.5
"""Of the window, so that the next answers have room."""


def first_sent(conversation: Conversation, leaf_id: int | None = None) -> int | None:
    """The message from which on models are sent the branch."""
    turns = branches.sent(branches.history(leaf_id or conversation.leaf_id))
    return turns[0].pk if turns else None


def leave_out(
    conversation: Conversation,
    window: int | None,
    leaf_id: int | None = None,
    sent_from: int | None = None,
) -> Message | None:
    """Send models only the last part of the branch, from a prompt on; None if there is no less.

    The branch is the one that is shown, or that down to a message. That is half of the window, or
    half of what is sent where the window is unknown. `sent_from`: what the person saw to be the
    first that is sent; if it is another by now, nothing more is left out.
    """
    with transaction.atomic():
        thread = actions.held(conversation.pk)
        turns = branches.sent(branches.history(leaf_id or thread.leaf_id))
        if turns and sent_from not in (None, turns[0].pk):
            return Message.objects.get(pk=turns[0].pk)
        lengths = estimates.lengths(turns)
        total = sum(lengths.values())
        budget = window * KEPT_SHARE if window else tokens(total) * KEPT_SHARE
        first, left = None, total
        for at, turn in enumerate(turns):
            if at and turn.role == Message.Role.USER:
                first = turn.pk
                if tokens(left) <= budget:
                    break
            left -= lengths[turn.pk]
        if first is None:
            return None
        Message.objects.filter(pk=first).update(starts_at=timezone.now())
        Conversation.objects.count_change(conversation.pk)
    actions.tell(conversation)
    return Message.objects.get(pk=first)


def take_back(message: Message) -> None:
    """Send models what is before this message, too."""
    with transaction.atomic():
        own = Message.objects.filter(pk=message.pk).exclude(starts_at=None)
        if not own.update(starts_at=None):
            return
        Conversation.objects.count_change(message.conversation_id)
    actions.tell(message.conversation)
