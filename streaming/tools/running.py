"""One call of a tool, within its limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from streaming.db_threads import in_thread
from streaming.tools import builtin
from streaming.tools.models import Tool
from streaming.tools.offered import offered_in
from streaming.tools.results import ToolResult
from streaming.tools.servers import calls
from streaming.tools.servers.address import ServerAddress, Unreachable, address_of

__all__ = ["ToolResult", "run"]


async def run(
    conversation_id: UUID, owner_id: int, name: str, arguments: Mapping[str, Any]
) -> ToolResult:
    """Call the tool that the conversation offers by this name; whoever calls has approval for it.

    What fails is a result, too, in a sentence. Cancelling the task closes the request and tells the
    server; whether the tool stopped then is not known.
    """
    try:
        target = await in_thread(_target)(conversation_id, name)
    except Unreachable as trouble:
        return ToolResult(str(trouble), is_error=True, may_have_run=False)
    if target is None:
        return builtin.run(name, arguments)
    return await calls.call(*target, arguments)


def _target(conversation_id: UUID, name: str) -> tuple[ServerAddress, str] | None:
    """Where the tool is and what it is called there; None for the site's own."""
    tool = next((tool for tool in offered_in(conversation_id) if tool.name == name), None)
    if tool is None:
        raise Unreachable(gettext("This conversation offers no tool of that name."))
    if tool.is_safe:
        return None
    row = Tool.objects.select_related("server").filter(wire_name=name).first()
    if row is None:
        raise Unreachable(gettext("This conversation offers no tool of that name."))
    return address_of(row.server), row.name
