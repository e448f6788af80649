"""Lines that nobody moves: their answer ended, and who was to send what follows did not.

That is a process that died in between, or another one that wrote the answer's end for it.
"""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import DatabaseError
from django.db.models import Exists, OuterRef

from streaming.db_threads import in_thread
from streaming.models import Generation, QueuedPrompt
from streaming.queue import line, sending

logger = logging.getLogger(__name__)

AT_ONCE = 200


async def after_answer(conversation_id: UUID) -> None:
    """An answer of the conversation has ended here."""
    try:
        await in_thread(sending.advance)(conversation_id)
    except DatabaseError as trouble:
        logger.warning("Conversation %s did not send on: %s", conversation_id, trouble)


def advance_all() -> None:
    """Send or hold what waits though no answer is written before it; forget what was taken out."""
    line.forget_removed()
    for conversation_id in stalled():
        sending.advance(conversation_id)


def release(conversation_id: UUID) -> None:
    """An interrupted answer is continued automatically, so what was held for it waits again."""
    rows = QueuedPrompt.objects.standing().filter(conversation=conversation_id)
    line.change(rows.filter(held=QueuedPrompt.Held.INTERRUPTED), held="")


def stalled() -> list[UUID]:
    """The conversations with a prompt that waits for no answer."""
    running = Generation.objects.running().filter(conversation=OuterRef("conversation"))
    waiting = QueuedPrompt.objects.waiting().filter(
        ~Exists(running), conversation__trashed_at=None, conversation__owner__is_active=True
    )
    found = waiting.order_by("conversation").values_list("conversation", flat=True).distinct()
    return list(found[:AT_ONCE])
