"""How each wire format asks the demo and reads its body, with no code of the project."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

Turns = list[tuple[str, str]]
PROMPT = "What is a queue?"


@dataclass
class ParsedBody:
    """The content of a body; `order` names the channels as they took turns."""

    text: str = ""
    reasoning: str = ""
    order: list[str] = field(default_factory=list)
    calls: dict[str, list[str]] = field(default_factory=dict)
    finish: str | None = None
    output_tokens: int | None = None
    error: str | None = None
    terminal: bool = False
    deltas: int = 0

    def add(self, channel: str, text: str) -> None:
        if not text:
            return
        self.deltas += 1
        if self.order[-1:] != [channel]:
            self.order.append(channel)
        if channel == "reasoning":
            self.reasoning += text
        else:
            self.text += text


@dataclass(frozen=True)
class ClientFormat:
    """A wire format of the demo, as a client sees it."""

    name: str
    path: str
    body: Callable[[str, Turns, int], dict[str, Any]]
    parse: Callable[[bytes, ParsedBody], None]

    async def ask(
        self,
        client: httpx.AsyncClient,
        model: str,
        turns: Turns | None = None,
        limit: int = 4000,
        **more: Any,
    ) -> ParsedBody:
        """Ask, and parse as much of the body as comes; with a bad status the body is the error."""
        body = {**self.body(model, turns or [("user", PROMPT)], limit), **more}
        parsed, data = ParsedBody(), b""
        async with client.stream("POST", self.path, json=body) as response:
            try:
                async for piece in response.aiter_bytes():
                    data += piece
            except httpx.RemoteProtocolError:
                data = data[: data.rfind(b"\n\n") + 2]
        if response.status_code == 200:
            self.parse(data, parsed)
        else:
            parsed.error = data.decode()
        parsed.text = parsed.text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return parsed


def events(data: bytes) -> Iterator[tuple[str | None, Any]]:
    """The names and values of server-sent events; comments are left out."""
    for block in data.decode().split("\n\n"):
        name = None
        for line in block.split("\n"):
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                yield name, None if line == "data: [DONE]" else json.loads(line[6:])


def expects_named(data: bytes) -> Iterator[Any]:
    """The values of events, each of which has to bear the name of its type."""
    for name, event in events(data):
        assert name == event["type"]
        yield event


def expects_numbered(data: bytes) -> Iterator[Any]:
    """The values of named events, which have to be numbered from 0 without a gap."""
    for number, event in enumerate(expects_named(data)):
        assert event["sequence_number"] == number
        yield event


def parse_chat(data: bytes, parsed: ParsedBody) -> None:
    for _, chunk in events(data):
        if chunk is None:
            parsed.terminal = True
            continue
        if "error" in chunk:
            parsed.error = chunk["error"]["message"]
        if chunk.get("usage"):
            parsed.output_tokens = chunk["usage"]["completion_tokens"]
        for choice in chunk.get("choices", ()):
            delta = choice["delta"]
            parsed.add("reasoning", delta.get("reasoning_content") or "")
            parsed.add("text", (delta.get("content") or "") + (delta.get("refusal") or ""))
            for call in delta.get("tool_calls", ()):
                if call.get("id"):
                    parsed.calls[call["function"]["name"]] = []
                name = list(parsed.calls)[call["index"]]
                parsed.calls[name].append(call["function"]["arguments"])
            parsed.finish = choice["finish_reason"] or parsed.finish


def parse_responses(data: bytes, parsed: ParsedBody) -> None:
    names: dict[int, str] = {}
    for event in expects_numbered(data):
        kind = event["type"].removeprefix("response.")
        if kind in ("output_text.delta", "refusal.delta"):
            parsed.add("text", event["delta"])
        elif kind == "reasoning_summary_text.delta":
            parsed.add("reasoning", event["delta"])
        elif kind == "output_item.added" and event["item"]["type"] == "function_call":
            names[event["output_index"]] = event["item"]["name"]
            parsed.calls[event["item"]["name"]] = []
        elif kind == "function_call_arguments.delta":
            parsed.calls[names[event["output_index"]]].append(event["delta"])
        elif kind == "error":
            parsed.error = event["error"]["message"]
        elif kind in ("completed", "incomplete", "failed", "cancelled"):
            parsed.terminal = kind != "failed"
            final = event["response"]
            parsed.finish = (final["incomplete_details"] or {}).get("reason") or kind
            parsed.output_tokens = (final["usage"] or {}).get("output_tokens")


def parse_messages(data: bytes, parsed: ParsedBody) -> None:
    blocks: dict[int, str] = {}
    for event in expects_named(data):
        name = event["type"]
        if name == "content_block_start" and event["content_block"]["type"] == "tool_use":
            blocks[event["index"]] = event["content_block"]["name"]
            parsed.calls[event["content_block"]["name"]] = []
        elif name == "content_block_delta":
            delta = event["delta"]
            parsed.add("text", delta.get("text", ""))
            parsed.add("reasoning", delta.get("thinking", ""))
            if "partial_json" in delta:
                parsed.calls[blocks[event["index"]]].append(delta["partial_json"])
        elif name == "message_delta":
            parsed.finish = event["delta"]["stop_reason"]
            parsed.output_tokens = event["usage"]["output_tokens"]
        elif name == "message_stop":
            parsed.terminal = True
        elif name == "error":
            parsed.error = event["error"]["message"]


def parse_gateway(data: bytes, parsed: ParsedBody) -> None:
    for _, chunk in events(data):
        if "error" in chunk:
            parsed.error = chunk["error"]["message"]
        elif chunk.get("final"):
            parsed.terminal = True
            parsed.finish = chunk.get("finish_reason")
            parsed.output_tokens = chunk["usage"]["output_tokens"]
        elif chunk["type"] == "text":
            parsed.add("reasoning" if chunk["name"] == "thinking" else "text", chunk["content"])


def parse_pawa(data: bytes, parsed: ParsedBody) -> None:
    decoder, text = json.JSONDecoder(), data.decode().strip()
    while text:
        try:
            value, end = decoder.raw_decode(text)
        except json.JSONDecodeError:
            return
        text = text[end:].lstrip()
        if not value["success"]:
            parsed.error = value["message"]
            continue
        content = value["data"]
        for message in [content["message"]] if "message" in content else []:
            parsed.add("reasoning", message.get("reasoning_content", ""))
            parsed.add("text", message["content"])
        for request in content.get("request", ()):
            parsed.terminal = True
            parsed.finish = request["finish_reason"]
            parsed.output_tokens = content["usage"]["tokens_out"]
            for call in request["message"].get("tool_calls", ()):
                parsed.calls[call["function"]["name"]] = [json.dumps(call["function"]["arguments"])]


def chat_body(model: str, turns: Turns, limit: int) -> dict[str, Any]:
    messages = [{"role": role, "content": text} for role, text in turns]
    usage = {"include_usage": True}
    return {
        "model": model,
        "messages": messages,
        "max_tokens": limit,
        "stream": True,
        "stream_options": usage,
    }


def responses_body(model: str, turns: Turns, limit: int) -> dict[str, Any]:
    kinds = {"user": "input_text", "assistant": "output_text"}
    items = [
        {"type": "message", "role": role, "content": [{"type": kinds[role], "text": text}]}
        for role, text in turns
    ]
    return {"model": model, "input": items, "max_output_tokens": limit, "stream": True}


def messages_body(model: str, turns: Turns, limit: int) -> dict[str, Any]:
    messages = [{"role": role, "content": text} for role, text in turns]
    return {"model": model, "messages": messages, "max_tokens": limit, "stream": True}


def gateway_body(model: str, turns: Turns, limit: int) -> dict[str, Any]:
    *history, (_, last) = turns
    return {
        "service_name": "demo",
        "model_name": model,
        "input": [{"type": "text", "name": "input", "content": last}],
        "parameters": {"max_tokens": limit},
        "history": [{"role": role, "content": text} for role, text in history],
    }


def pawa_body(model: str, turns: Turns, limit: int) -> dict[str, Any]:
    messages = [{"role": role, "content": [{"type": "text", "text": text}]} for role, text in turns]
    return {"model": model, "messages": messages, "max_tokens": limit, "stream": True}


FORMATS = {
    name: ClientFormat(name, path, body, parse)
    for name, path, body, parse in (
        ("chat", "/v1/chat/completions", chat_body, parse_chat),
        ("responses", "/v1/responses", responses_body, parse_responses),
        ("messages", "/v1/messages", messages_body, parse_messages),
        ("gateway", "/api/v1/generate/stream", gateway_body, parse_gateway),
        ("pawa", "/v1/chat/request", pawa_body, parse_pawa),
    )
}
