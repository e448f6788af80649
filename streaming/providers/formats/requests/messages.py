"""Anthropic Messages: the request. `options` may set `version` and `max_tokens`."""

import re
from itertools import groupby
from typing import Any

from streaming.providers.base import ChatMessage, ChatRequest, SentFile, Tool, ToolCall
from streaming.providers.config import ProviderConfig
from streaming.providers.formats.adapter import bearer
from streaming.providers.formats.json_values import mapping, parse_json
from streaming.providers.formats.requests.files import encoded, is_pdf, pieces
from streaming.providers.formats.requests.history import opaque_of, sendable
from streaming.providers.formats.requests.offers import BUDGETED
from streaming.providers.formats.requests.parameters import completed, renamed, taken
from streaming.providers.formats.requests.web_search import with_search
from streaming.providers.profiles import profile

_VERSION = "2023-06-01"  # the one that every compatible server knows
_LIMIT = 8192
_BUDGETS = {"low": 1024, "medium": 4096, "high": 16384}

_SMALL = re.compile(r"claude-3-(?:opus|sonnet|haiku)")


def headers(config: ProviderConfig) -> dict[str, str]:
    version = {"anthropic-version": str(config.options.get("version", _VERSION))}
    if config.api_key and profile(config).key_header:
        return {profile(config).key_header: config.api_key, **version}
    return bearer(config) | version


def build(config: ProviderConfig, request: ChatRequest) -> dict[str, Any]:
    """The JSON body. No sampling parameter goes by default: newer models refuse them all."""
    turns, parameters = sendable(request.messages), taken(config, request)
    sent = request.prefill.rstrip()
    if sent:
        turns.append(ChatMessage("assistant", sent))
    body: dict[str, Any] = {
        "model": request.model,
        "max_tokens": config.options.get("max_tokens")
        or (4096 if _SMALL.match(request.model) else _LIMIT),
        "stream": True,
        "messages": _messages(turns),
        **renamed(
            parameters,
            max_tokens="max_tokens",
            temperature="temperature",
            top_p="top_p",
            stop="stop_sequences",
        ),
    }
    system = [turn.text for turn in turns if turn.role == "system"]
    if request.system or system:
        body["system"] = "\n\n".join(filter(None, [request.system, *system]))
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
    if not sent:  # a prefill and thinking exclude each other
        _think(body, parameters.get("reasoning_effort"))
    return completed(config, with_search(config, body, parameters), parameters)


def _think(body: dict[str, Any], effort: Any) -> None:
    if not effort or effort == "none":
        return
    for name in ("temperature", "top_p"):
        body.pop(name, None)
    if BUDGETED.search(body["model"]):
        budget = _BUDGETS.get(effort, _BUDGETS["medium"])
        body["thinking"] = {"type": "enabled", "budget_tokens": budget}
        body["max_tokens"] = max(body["max_tokens"], budget + 1024)
    else:
        body["thinking"] = {"type": "adaptive", "display": "summarized"}
        body["output_config"] = {"effort": effort}


def _messages(turns: list[ChatMessage]) -> list[dict[str, Any]]:
    """All results of one turn's calls must stand in the one user turn after it."""
    spoken = [turn for turn in turns if turn.role != "system"]
    return [
        {"role": role, "content": [block for turn in group for block in _blocks(turn)]}
        for role, group in groupby(
            spoken, lambda turn: "assistant" if turn.role == "assistant" else "user"
        )
    ]


def _blocks(turn: ChatMessage) -> list[dict[str, Any]]:
    if turn.role == "tool":
        content = _said(turn) if turn.files else turn.text or "(empty)"
        result = {"type": "tool_result", "tool_use_id": turn.tool_call_id, "content": content}
        return [result | ({"is_error": True} if turn.is_error else {})]
    back = opaque_of(turn, "messages").get("blocks", ())
    if back and _text(back) == turn.text:
        return list(back)
    # Of a turn that was stopped and resumed, its text is all that can be sent back.
    return _said(turn) + [_call(call) for call in turn.tool_calls]


def _said(turn: ChatMessage) -> list[dict[str, Any]]:
    """The files first: models read them better before the question."""
    text, files = pieces(turn)
    return [*map(_file, files), *([{"type": "text", "text": text}] if text.strip() else [])]


def _file(file: SentFile) -> dict[str, Any]:
    source = {"type": "base64", "media_type": file.media_type, "data": encoded(file)}
    if is_pdf(file):
        return {"type": "document", "source": source, "title": file.name}
    return {"type": "image", "source": source}


def _call(call: ToolCall) -> dict[str, Any]:
    return {"type": "tool_use", "id": call.id, "name": call.name, "input": _input(call.arguments)}


def _text(blocks: Any) -> str:
    return "".join(block.get("text", "") for block in blocks if block.get("type") == "text")


def _input(arguments: str) -> dict[str, Any]:
    try:
        return mapping(parse_json(arguments))
    except ValueError:
        return {}


def _tool(tool: Tool) -> dict[str, Any]:
    return {
        "name": tool.name,
        "description": tool.description,
        "input_schema": dict(tool.parameters) or {"type": "object", "properties": {}},
    }
