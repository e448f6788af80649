"""Prompts in other words: each makes a sibling, with an answer of its own, in one transaction."""

from __future__ import annotations

from uuid import UUID

from conversations.access import Person
from conversations.models import Message
from streaming import actions
from streaming.catalog.model_menu import ModelChoice
from streaming.error_messages import replies
from streaming.models import Generation
from streaming.runs.refusals import Refused


def edit_prompt(
    user: Person, key: UUID, message: Message, prompt: str, choice: ModelChoice
) -> Generation:
    """Ask `prompt` next to the one that stands, which keeps its answers."""

    def begin(has_turn: bool) -> Generation:
        now = actions.as_it_stands(message)
        if now.role != Message.Role.USER:
            raise Refused(replies.NO_PROMPT)
        asked = Message.objects.create(
            conversation=now.conversation,
            parent_id=now.parent_id,
            role=Message.Role.USER,
            text=prompt,
        )
        return actions.answer_anew(user, own, asked, choice, has_turn)

    own, first = actions.key_of(user, key, prompt)
    return first or actions.begin_once(user, own, begin)
