"""A branch that starts with a summary of another, which is an answer like any other."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from conversations import branches
from conversations.access import Person
from conversations.branches import PlainMessage
from conversations.models import Conversation, Message
from conversations.requests import prompt_key
from streaming import actions
from streaming.catalog.model_menu import ModelChoice, tokens
from streaming.context.leaving_out import KEPT_SHARE
from streaming.error_messages import replies
from streaming.models import Generation
from streaming.runs.refusals import Refused
from streaming.sent_files import estimates


def start(
    user: Person,
    key: UUID,
    conversation: Conversation,
    prompt: str,
    choice: ModelChoice,
    *,
    leaf_id: int | None = None,
    window: int | None = None,
) -> Generation:
    """Ask `prompt` at the beginning of a branch, after the newest messages of the one that is
    shown, or of that down to `leaf_id`: as many as fill half of the window.

    What was shown stays as it is, and can be shown again. Raises Refused.
    """

    def begin(has_turn: bool) -> Generation:
        thread = actions.held(conversation.pk)
        turns = branches.sent(branches.history(leaf_id or thread.leaf_id))
        if not any(turn.text.strip() or turn.has_files for turn in turns):
            raise Refused(replies.NOTHING_TO_SUM_UP)
        asked = Message.objects.create(
            conversation=thread,
            role=Message.Role.USER,
            text=prompt,
            summary_from=_first(turns, window),
            summary_to=turns[-1].pk,
        )
        return actions.answer_anew(user, own, asked, choice, has_turn)

    own = prompt_key(key, conversation.pk, prompt)
    return actions.once(user, own, begin)


def _first(turns: Sequence[PlainMessage], window: int | None) -> int:
    """The prompt from which on what was said takes at most its share of the window."""
    lengths = estimates.lengths(turns)
    left = sum(lengths.values())
    first = turns[0].pk
    for turn in turns:
        if turn.role == Message.Role.USER:
            first = turn.pk
            if window is None or tokens(left) <= window * KEPT_SHARE:
                break
        left -= lengths[turn.pk]
    return first
