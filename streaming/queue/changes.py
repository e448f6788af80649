"""What a person does with a prompt in line, besides sending it: each done twice is done once.

A row that is gone was sent or taken out: the page that asked is told by the line as it stands.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from conversations.models import Conversation
from streaming import actions
from streaming.catalog.model_menu import ModelChoice
from streaming.error_messages import prompts_in_line as sentences
from streaming.queue import line, sending
from streaming.runs.refusals import Refused


def edit(conversation: Conversation, key: UUID) -> None:
    """Begin to edit it: neither it nor what follows is sent until it is saved or left as it was."""
    _change(conversation, key, editing=True)


def leave(conversation: Conversation, key: UUID) -> None:
    """Leave it as it was."""
    _change(conversation, key, editing=False)
    sending.advance(conversation.pk)


def save(conversation: Conversation, key: UUID, text: str, choice: ModelChoice) -> None:
    """Raises Refused where it is not in line any more, or there is no room for the text."""
    with transaction.atomic():
        thread = actions.held(conversation.pk)
        prompt = line.find(thread, key)
        if prompt is None:
            raise Refused(sentences.SENT_ALREADY)
        line.check_room(thread, text, prompt)
        line.change_one(
            prompt, text=text, provider=choice.provider, model=choice.model, editing=False
        )
        sending.tell(thread.pk)
    sending.advance(conversation.pk)


def take_out(conversation: Conversation, key: UUID) -> None:
    with transaction.atomic():
        thread = actions.held(conversation.pk)
        if prompt := line.find(thread, key):
            line.take_out(prompt)
            sending.tell(thread.pk)
    sending.advance(conversation.pk)  # what follows may have waited for it


def put_back(conversation: Conversation, key: UUID) -> None:
    """Into the line again, where it waits as if it had not left. Raises TooMuch."""
    with transaction.atomic():
        thread = actions.held(conversation.pk)
        removed = line.find_any(thread, key)
        if removed is None or removed.removed_at is None or not removed.text:
            return
        line.check_room(thread, removed.text)
        line.put_back(removed)
        sending.tell(thread.pk)
    sending.advance(conversation.pk)


def place(conversation: Conversation, key: UUID, other: UUID, *, after: bool) -> None:
    """Directly before the other, or after it."""
    with transaction.atomic():
        thread = actions.held(conversation.pk)
        prompt, neighbour = line.find(thread, key), line.find(thread, other)
        if prompt and neighbour:
            line.place_next_to(prompt, neighbour, after=after)
            sending.tell(thread.pk)


def _change(conversation: Conversation, key: UUID, *, editing: bool) -> None:
    with transaction.atomic():
        thread = actions.held(conversation.pk)
        if prompt := line.find(thread, key):
            line.change_one(prompt, editing=editing)
            sending.tell(thread.pk)
