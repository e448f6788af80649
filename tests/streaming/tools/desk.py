"""Servers and tools as administrators would have them, and conversations where they are on."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User

from conversations.models import Conversation
from streaming.tools.models import SwitchedTool, Tool, ToolServer
from streaming.tools.offered import OfferedTool, tools_of


def talk(owner: User, *on: Tool | str) -> Conversation:
    """A conversation in which these tools are switched on: of servers, or the site's own."""
    conversation = Conversation.objects.create(owner=owner, title="Talk")
    for tool in on:
        named: dict[str, Any] = {"own": tool} if isinstance(tool, str) else {"tool": tool}
        SwitchedTool.objects.create(conversation=conversation, **named)
    conversation.refresh_from_db()
    return conversation


def server(name: str = "Weather", **fields: Any) -> ToolServer:
    slug = name.lower()
    return ToolServer.objects.create(slug=slug, name=name, **fields)


def tool(of: ToolServer, name: str = "forecast", **fields: Any) -> Tool:
    usual = {"offered": True, "digest": "d1", "description": f"Does {name}."}
    return Tool.objects.create(
        server=of, name=name, wire_name=f"{of.slug}_{name}", **(usual | fields)
    )


def find(conversation: Conversation, name: str) -> OfferedTool | None:
    """The one that a model calls by this name; None if it is not offered there."""
    return next((tool for tool in tools_of(conversation) if tool.name == name), None)
