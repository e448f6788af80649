"""What a server answered to a call, as a result: bounded, and nothing but text and pictures."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any

import mcp_types as types
from django.conf import settings

from streaming.tools.results import ToolResult

_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


def result_of(said: types.CallToolResult) -> ToolResult:
    """Texts one after another; what is neither text nor picture is named in brackets."""
    texts: list[str] = []
    pictures: list[tuple[str, bytes]] = []
    for block in said.content:
        match block:
            case types.TextContent():
                texts.append(block.text)
            case types.ImageContent():
                texts.append(_keep(block, pictures))
            case types.ResourceLink():
                texts.append(f"[{block.name}: {block.uri}]")
            case types.EmbeddedResource(resource=types.TextResourceContents() as resource):
                texts.append(resource.text)
            case _:
                texts.append(f"[{getattr(block, 'type', 'something')} left out]")
    text = "\n".join(filter(None, texts))
    if not text and not pictures and said.structured_content is not None:
        text = _json(said.structured_content)
    return ToolResult(bounded(text), bool(said.is_error), tuple(pictures))


def bounded(text: str) -> str:
    """As much as is taken, and a word about the rest; without what no database stores."""
    most = settings.TOOL_RESULT_CHARACTERS
    kept = _NOT_TEXT.sub("�", text[:most])
    left = len(text) - most
    return f"{kept}\n[{left} more characters were left out]" if left > 0 else kept


def _keep(block: types.ImageContent, pictures: list[tuple[str, bytes]]) -> str:
    """Adds the picture; what is said of it in the text, where it cannot be taken."""
    if len(pictures) >= settings.TOOL_PICTURES:
        return "[one more picture left out]"
    if len(block.data) > settings.TOOL_PICTURE_BYTES * 4 // 3 + 4:
        return "[a picture left out: it is too large]"
    try:
        pictures.append((block.mime_type, base64.b64decode(block.data, validate=True)))
    except (binascii.Error, ValueError):
        return "[a picture left out: it cannot be read]"
    return ""


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
