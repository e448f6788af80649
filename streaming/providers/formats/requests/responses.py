"""OpenAI Responses: the request for an answer, or for the rest of one that is still held.

With `background = true` in the provider's `options` the upstream writes on without a connection:
the answer can be replayed from any number, and a stop needs `cancel`.
"""

from typing import Any
from urllib.parse import quote

from streaming.providers.base import ChatMessage, ChatRequest, SentFile, Tool
from streaming.providers.config import ProviderConfig
from streaming.providers.formats.adapter import HttpCall
from streaming.providers.formats.requests.files import data_url, is_pdf, pieces
from streaming.providers.formats.requests.history import opaque_of, sendable
from streaming.providers.formats.requests.offers import THINKS
from streaming.providers.formats.requests.parameters import completed, renamed, taken
from streaming.providers.formats.requests.web_search import with_search
from streaming.providers.profiles import profile


def call(config: ProviderConfig, request: ChatRequest) -> HttpCall:
    if request.replay is None:
        return HttpCall("/responses", build(config, request))
    id_ = quote(request.replay.response_id, safe="")
    after = request.replay.after
    return HttpCall(f"/responses/{id_}?stream=true&starting_after={after}", method="GET")


def cancel(response_id: str) -> HttpCall:
    """Ends a background answer, which a closed connection does not."""
    return HttpCall(f"/responses/{quote(response_id, safe='')}/cancel", {})


def build(config: ProviderConfig, request: ChatRequest) -> dict[str, Any]:
    """The JSON body: the whole history each time, nothing left to be stored upstream."""
    turns, parameters = sendable(request.messages), taken(config, request)
    if sent := request.prefill.rstrip():
        turns.append(ChatMessage("assistant", sent))
    body: dict[str, Any] = {
        "model": request.model,
        "stream": True,
        "store": config.is_background,
        "input": [item for turn in turns for item in _items(turn)],
        **renamed(
            parameters,
            max_tokens="max_output_tokens",
            temperature="temperature",
            top_p="top_p",
        ),
    }
    if config.is_background:
        body["background"] = True
    if request.system:
        body["instructions"] = request.system
    effort = parameters.get("reasoning_effort")
    if effort:
        body["reasoning"] = {"effort": effort, "summary": "auto"}
    if effort or (request.tools and THINKS.search(request.model)):
        # Nothing is stored upstream, so that the thoughts before a call have to go back with it.
        body["include"] = ["reasoning.encrypted_content"]
    if profile(config).pads:
        body["stream_options"] = {"include_obfuscation": False}
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
    return completed(config, with_search(config, body, parameters), parameters)


def _items(turn: ChatMessage) -> list[dict[str, Any]]:
    if turn.role == "tool":
        output = {"call_id": turn.tool_call_id, "output": _output(turn)}
        return [{"type": "function_call_output", **output}]
    items: list[dict[str, Any]] = [*opaque_of(turn, "responses").get("reasoning", ())]
    if content := _content(turn):
        items.append({"type": "message", "role": turn.role, "content": content})
    for made in turn.tool_calls:
        asked = {"call_id": made.id, "name": made.name, "arguments": made.arguments}
        items.append({"type": "function_call", **asked})
    return items


def _content(turn: ChatMessage) -> list[dict[str, Any]]:
    kind = "output_text" if turn.role == "assistant" else "input_text"
    text, files = pieces(turn)
    return [*map(_part, files), *([{"type": kind, "text": text}] if text else [])]


def _output(turn: ChatMessage) -> str | list[dict[str, Any]]:
    return _content(turn) if turn.files else turn.text


def _part(file: SentFile) -> dict[str, Any]:
    if is_pdf(file):
        return {"type": "input_file", "filename": file.name, "file_data": data_url(file)}
    return {"type": "input_image", "image_url": data_url(file)}


def _tool(tool: Tool) -> dict[str, Any]:
    return {
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": dict(tool.parameters) or {"type": "object", "properties": {}},
    }
