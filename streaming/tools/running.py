"""One call of a tool, within its limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from streaming.db_threads import in_thread
from streaming.tools import builtin
from streaming.tools.offered import OfferedTool, offered_in
from streaming.tools.results import ToolResult

__all__ = ["ToolResult", "run"]


async def run(
    conversation_id: UUID, owner_id: int, name: str, arguments: Mapping[str, Any]
) -> ToolResult:
    """Call the tool that the conversation offers by this name; whoever calls has approval for it.

    What fails is a result, too, in a sentence. Cancelling the task closes the request and tells the
    server; whether the tool stopped then is not known.
    """
    tool = await in_thread(_tool)(conversation_id, name)
    if tool is None:
        return refused(gettext("This conversation offers no tool of that name."))
    if tool.is_safe:
        return builtin.run(name, arguments)
    return refused(gettext("This tool cannot be called now."))


def refused(sentence: str) -> ToolResult:
    """The tool was not reached."""
    return ToolResult(sentence, is_error=True, may_have_run=False)


def _tool(conversation_id: UUID, name: str) -> OfferedTool | None:
    return next((tool for tool in offered_in(conversation_id) if tool.name == name), None)
