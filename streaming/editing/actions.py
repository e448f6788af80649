"""What changes a thread without overwriting it: prompts in other words, and branches.

A prompt in other words makes a sibling, with an answer of its own, in one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from conversations.access import Person
from conversations.branching import copying
from conversations.files import attached
from conversations.models import Conversation, Message
from conversations.requests import prompt_key
from streaming import actions
from streaming.catalog.model_menu import ModelChoice
from streaming.error_messages import replies
from streaming.journal import store
from streaming.models import Generation
from streaming.runs.refusals import Refused
from streaming.tools import offered


def edit_prompt(
    user: Person,
    key: UUID,
    message: Message,
    prompt: str,
    choice: ModelChoice,
    files: Sequence[UUID] = (),
) -> Generation:
    """Ask `prompt`, with these files, next to the one that stands, which keeps its answers."""

    def begin(has_turn: bool) -> Generation:
        now = actions.as_it_stands(message)
        if now.role != Message.Role.USER:
            raise Refused(replies.NO_PROMPT)
        asked = Message.objects.create(
            conversation=now.conversation,
            parent_id=now.parent_id,
            role=Message.Role.USER,
            text=prompt,
            starts_at=now.starts_at,
            summary_from=now.summary_from,
            summary_to=now.summary_to,
        )
        attached.attach(asked, user.pk, files)
        return actions.answer_anew(user, own, asked, choice, has_turn)

    own = prompt_key(key, message.conversation_id, prompt, files)
    return actions.once(user, own, begin)


def branch(user: Person, key: UUID, message: Message) -> Conversation:
    """A new conversation with the text down to this message, as far as it is written, and with the
    tools that are switched on.
    """
    running = message.generations.running().first()
    snapshot = store.snapshot(running.pk) if running else None
    if snapshot is None:
        message.read_text_again()  # it may have ended since the message was looked up
    copy = copying.copy(message, key, snapshot.text if snapshot else message.text)
    offered.take_along(message.conversation, copy)
    return copy
