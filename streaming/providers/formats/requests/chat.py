"""OpenAI-compatible Chat Completions: the request."""

from collections.abc import Mapping
from typing import Any

from streaming.providers.base import ChatMessage, ChatRequest, SentFile, Tool, ToolCall
from streaming.providers.config import ProviderConfig
from streaming.providers.formats.json_values import mapping
from streaming.providers.formats.requests.files import data_url, is_pdf, pieces, shown_by_user
from streaming.providers.formats.requests.history import opaque_of, sendable
from streaming.providers.formats.requests.parameters import completed, renamed, taken
from streaming.providers.formats.requests.web_search import with_search
from streaming.providers.profiles import profile

_ON_MESSAGE = ("prefix", "partial")
"""Flags of a prefill that stand on its message; all others stand in the body."""


def build(config: ProviderConfig, request: ChatRequest) -> dict[str, Any]:
    """The JSON body. Sampling parameters go only as far as the request has them."""
    known, parameters = profile(config), taken(config, request)
    body: dict[str, Any] = {"model": request.model, "messages": _messages(request), "stream": True}
    if config.options.get("stream_options", True):
        body["stream_options"] = {"include_usage": True}
    if known.limit is not None:
        body[known.limit_field] = known.limit
    body |= renamed(
        parameters,
        max_tokens=config.options.get("limit_field", known.limit_field),
        seed=known.seed_field,
        **{name: name for name in _PARAMETERS},
    )
    if request.tools:
        body["tools"] = [{"type": "function", "function": function(tool)} for tool in request.tools]
    if sent := request.prefill.rstrip():
        turn = {"role": "assistant", "content": sent}
        for flag, value in (config.prefill_flag or known.prefill_flag).items():
            (turn if flag in _ON_MESSAGE else body)[flag] = value
        body["messages"].append(turn)
    return completed(config, with_search(config, body, parameters), parameters)


_PARAMETERS = (
    *("temperature", "top_p", "stop", "frequency_penalty", "presence_penalty"),
    "reasoning_effort",
)


def _messages(request: ChatRequest) -> list[dict[str, Any]]:
    system = [{"role": "system", "content": request.system}] if request.system else []
    turns = shown_by_user(sendable(request.messages))
    return [*system, *map(_message, turns)]


def _message(turn: ChatMessage) -> dict[str, Any]:
    if turn.role == "tool":
        return {"role": "tool", "tool_call_id": turn.tool_call_id, "content": turn.text}
    message: dict[str, Any] = {"role": turn.role, "content": content(turn)}
    back = opaque_of(turn, "chat")
    if turn.tool_calls:
        message["content"] = turn.text or None
        message["tool_calls"] = [_call(call, back) for call in turn.tool_calls]
    # Required next to tool calls by those who send it, refused elsewhere by some of them.
    if turn.tool_calls and "reasoning_content" in back:
        message["reasoning_content"] = back["reasoning_content"]
    if "reasoning_details" in back:
        message["reasoning_details"] = back["reasoning_details"]
    return message


def content(turn: ChatMessage) -> str | list[dict[str, Any]]:
    """The words; as parts only where files need it, for not every server takes parts."""
    text, files = pieces(turn)
    if not files:
        return text
    words = [{"type": "text", "text": text}] if text.strip() else []
    return [*map(_part, files), *words]


def _part(file: SentFile) -> dict[str, Any]:
    if is_pdf(file):
        sent = {"filename": file.name, "file_data": data_url(file)}
        return {"type": "file", "file": sent}
    return {"type": "image_url", "image_url": {"url": data_url(file)}}


def _call(call: ToolCall, back: Mapping[str, Any]) -> dict[str, Any]:
    asked = {"name": call.name, "arguments": call.arguments}
    wire: dict[str, Any] = {"id": call.id, "type": "function", "function": asked}
    extra = mapping(back.get("extra_content")).get(call.id)
    return wire | {"extra_content": extra} if extra is not None else wire


def function(tool: Tool) -> dict[str, Any]:
    """A tool as OpenAI describes a function."""
    return {
        "name": tool.name,
        "description": tool.description,
        "parameters": dict(tool.parameters) or {"type": "object", "properties": {}},
    }
