"""What a person approved: tools that may run without being asked about."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from streaming.tools.models import Approval, Tool


def allow(owner_id: int, conversation_id: UUID | None, name: str) -> None:
    """Let the tool of this name run unasked in that conversation, or, without one, in all of them.

    It holds for the tool as it is described now; once changed, its owner is asked again. The
    site's own need no approval, and a name that no tool has changes nothing.
    """
    tool = Tool.objects.filter(wire_name=name).first()
    if tool is None:
        return
    with transaction.atomic():
        Approval.objects.update_or_create(
            owner_id=owner_id,
            conversation_id=conversation_id,
            tool=tool,
            defaults={"digest": tool.digest},
        )
