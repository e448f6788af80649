"""Leaving out the oldest messages of a branch, and taking that back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from conversations import branches
from conversations.models import Conversation, Message
from streaming import actions
from streaming.catalog.model_menu import tokens

KEPT_SHARE = 0.5
"""Of the window, so that the next answers have room."""


def leave_out(conversation: Conversation, window: int | None) -> Message | None:
    """Send models only the last part of the branch, from a prompt on; None if there is no less.

    That is half of the window, or half of what is sent where the window is unknown.
    """
    with transaction.atomic():
        thread = actions.held(conversation.pk)
        turns = branches.sent(branches.history(thread.leaf_id))
        total = sum(len(turn.text) for turn in turns)
        budget = window * KEPT_SHARE if window else tokens(total) * KEPT_SHARE
        first, left = None, total
        for at, turn in enumerate(turns):
            if at and turn.role == Message.Role.USER:
                first = turn.pk
                if tokens(left) <= budget:
                    break
            left -= len(turn.text)
        if first is None:
            return None
        Message.objects.filter(pk=first).update(starts_at=timezone.now())
    actions.tell(conversation)
    return Message.objects.get(pk=first)


def take_back(message: Message) -> None:
    """Send models what is before this message, too."""
    Message.objects.filter(pk=message.pk).update(starts_at=None)
    actions.tell(message.conversation)
