"""Which answers a person has seen: those whose page was visible when they ended, or later."""

from __future__ import annotations

from uuid import UUID

from django.db.models import OuterRef, Subquery

from conversations.models import Conversation
from streaming.cluster.bus import Topic
from streaming.models import Generation
from streaming.site import site

LAST = 2**63 - 1


def note(conversation_id: UUID, owner_id: int, up_to: int = LAST) -> bool:
    """The answers up to that one were seen, as far as they have ended; False if that is known."""
    runs = Generation.objects.filter(conversation=OuterRef("pk"), pk__lte=up_to)
    ended = Subquery(
        runs.exclude(status=Generation.Status.RUNNING).order_by("-pk").values("pk")[:1]
    )
    unseen = Conversation.objects.filter(pk=conversation_id, owner_id=owner_id, seen__lt=ended)
    return bool(unseen.update(seen=ended))


def note_and_tell(conversation_id: UUID, owner_id: int, up_to: int = LAST) -> None:
    """From any thread but the loop's; the person's other pages take the dot away."""
    if note(conversation_id, owner_id, up_to):
        site().bus.publish_soon(Topic.LIST.of(owner_id))
