"""Whose turn it is in a line, and what holds it: told from the answer that ended last."""

from __future__ import annotations

from typing import NamedTuple

from conversations.models import Conversation
from streaming.models import Generation, QueuedPrompt
from streaming.runs.history.turns import is_asking
from streaming.runs.whom import permission

Status = Generation.Status
Held = QueuedPrompt.Held

AFTER = {
    Status.CANCELLED: Held.STOPPED,
    Status.FAILED: Held.FAILED,
    Status.INTERRUPTED: Held.INTERRUPTED,
}
"""What a line is held for, by how the answer before it ended."""


class Turn(NamedTuple):
    """`prompt` is sent now, after the message `parent`; or all that wait are held, for `why`."""

    prompt: QueuedPrompt | None = None
    parent: int | None = None
    why: str = ""


NOBODYS = Turn()


def turn_of(thread: Conversation) -> Turn:
    """What is to happen in the line of a conversation that is held by the caller."""
    waiting = list(thread.queued_prompts.waiting())
    runs = thread.generations.filter(replaced=None).select_related("message")
    last = runs.order_by("-pk").first()
    if not waiting or (last and last.status == Status.RUNNING):
        return NOBODYS
    urgent = next((prompt for prompt in waiting if prompt.urgent), None)
    if urgent is None and last and is_asking(last.message):
        return NOBODYS  # the answer continues once its calls are decided
    prompt = urgent or waiting[0]
    if urgent is None and last and (why := _obstacle(last)):
        return Turn(why=why)
    if not permission.is_usable(thread.owner_id, prompt.provider, prompt.model):
        return Turn(why=Held.MODEL)
    if prompt.editing:
        return NOBODYS
    return Turn(prompt, last.message_id if last and not urgent else thread.leaf_id)


def _obstacle(last: Generation) -> str:
    """Why nothing is sent after this answer without a person; a stop counts that came too late."""
    if last.stop_requested_at is not None:
        return Held.STOPPED
    if last.message.deletion_id is not None:
        return Held.DELETED
    return AFTER.get(Status(last.status), "")
