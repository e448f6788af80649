"""One call of one tool of a server."""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from streaming.tools.results import ToolResult
from streaming.tools.servers.address import ServerAddress, Unreachable


async def call(address: ServerAddress, name: str, arguments: Mapping[str, Any]) -> ToolResult:
    """Whatever happens is a result, in a sentence; only a cancellation is raised."""
    if complaint := _complaint(arguments):
        return ToolResult(complaint, is_error=True, may_have_run=False)
    client, results = await loaded("client"), await loaded("results")
    sent = False
    try:
        async with client.session(address, settings.TOOL_CALL_SECONDS) as session:
            sent = True
            said = await session.call(name, dict(arguments))
        reply: ToolResult = results.result_of(said)
    except Unreachable as trouble:
        return ToolResult(_told(address, trouble), is_error=True, may_have_run=sent)
    except client.ServerFailed as trouble:
        return ToolResult(_told(address, trouble), is_error=True)
    return reply


async def loaded(module: str) -> Any:
    """A module of this room that takes a while to load, off the loop."""
    return await asyncio.to_thread(importlib.import_module, f"streaming.tools.servers.{module}")


def _complaint(arguments: Mapping[str, Any]) -> str:
    try:
        size = len(json.dumps(dict(arguments)))
    except (RecursionError, TypeError, ValueError):
        size = settings.TOOL_ARGUMENT_BYTES + 1
    if size > settings.TOOL_ARGUMENT_BYTES:
        return gettext("The arguments are too large: nothing was called.")
    return ""


def _told(address: ServerAddress, trouble: Exception) -> str:
    return gettext("%(server)s: %(sentence)s") % {"server": address.name, "sentence": trouble}
