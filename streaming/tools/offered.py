"""Which tools a conversation offers to models, as the database knows them: no server is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from conversations.models import Conversation
from streaming.tools import builtin
from streaming.tools.models import Approval, SwitchedTool, Tool


@dataclass(frozen=True, slots=True)
class OfferedTool:
    """A tool that may be called by `name`, which every wire format takes.

    `server` is its name for readers, empty for the site's own. A safe one needs no approval;
    others may run unasked where their owner said so, always or in this conversation.
    """

    name: str
    title: str
    server: str
    description: str
    schema: Mapping[str, Any] = field(hash=False)
    is_safe: bool = False
    is_always_allowed: bool = False
    is_allowed_here: bool = False

    @property
    def may_run(self) -> bool:
        """Whether nobody needs to be asked."""
        return self.is_safe or self.is_always_allowed or self.is_allowed_here


def tools_of(conversation: Conversation) -> tuple[OfferedTool, ...]:
    """Those that are switched on there and can be called now, in a lasting order. One query, and
    none where nothing ever was.
    """
    return offered_in(conversation.pk) if conversation.has_tools else ()


def offered_in(conversation_id: UUID) -> tuple[OfferedTool, ...]:
    own, others = [], []
    for row in _switched(conversation_id):
        if row.tool is not None:
            others.append(_of_server(row.tool, row))
        elif row.own in builtin.TOOLS:
            own.append(_own(row.own))
    return (*sorted(own, key=lambda tool: tool.name), *others)


def take_along(source: Conversation, copy: Conversation) -> None:
    """What is switched on in one conversation is so in its copy; approvals stay where they are.
    Once: what is switched off there stays off.
    """
    if copy.has_tools or not source.has_tools:
        return
    with transaction.atomic():
        SwitchedTool.objects.bulk_create(
            [
                SwitchedTool(conversation=copy, tool_id=row.tool_id, own=row.own)
                for row in SwitchedTool.objects.filter(conversation=source)
            ],
            ignore_conflicts=True,
        )
        Conversation.everything.filter(pk=copy.pk).update(has_tools=True)


def callable_tools() -> Q:
    """Those of enabled servers that an administrator chose and that are still there."""
    return Q(offered=True, gone=False, server__enabled=True)


def _switched(conversation_id: UUID) -> Any:
    allowed = Approval.objects.filter(
        owner=OuterRef("conversation__owner"),
        tool=OuterRef("tool"),
        digest=OuterRef("tool__digest"),
    )
    can_run = Q(tool__offered=True, tool__gone=False, tool__server__enabled=True)
    return (
        SwitchedTool.objects.filter(Q(tool=None) | can_run, conversation=conversation_id)
        .select_related("tool__server")
        .annotate(
            always=Exists(allowed.filter(conversation=None)),
            here=Exists(allowed.filter(conversation=OuterRef("conversation"))),
        )
        .order_by("tool__server__created_at", "tool__place", "tool")
    )


def _own(name: str) -> OfferedTool:
    tool = builtin.TOOLS[name]
    return OfferedTool(name, str(tool.title), "", tool.description, tool.schema, is_safe=True)


def _of_server(tool: Tool, row: Any) -> OfferedTool:
    return OfferedTool(
        name=tool.wire_name,
        title=tool.title or tool.name,
        server=tool.server.name,
        description=tool.description,
        schema=tool.schema,
        is_always_allowed=row.always,
        is_allowed_here=row.here,
    )
