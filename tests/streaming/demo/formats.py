"""How each wire format asks the demo and what its body says, read with nothing of the project's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

Turns = list[tuple[str, str]]
PROMPT = "What is a queue?"


@dataclass
class Heard:
    """What a body said; `order` names the channels as they took turns."""

    text: str = ""
    reasoning: str = ""
    order: list[str] = field(default_factory=list)
    calls: dict[str, list[str]] = field(default_factory=dict)
    finish: str | None = None
    output_tokens: int | None = None
    error: str | None = None
    terminal: bool = False
    deltas: int = 0

    def say(self, channel: str, text: str) -> None:
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
class Format:
    """A wire format of the demo, as a client sees it."""

    name: str
    path: str
    body: Callable[[str, Turns, int], dict[str, Any]]
    hear: Callable[[bytes, Heard], None]

    async def ask(
        self,
        client: httpx.AsyncClient,
        model: str,
        turns: Turns | None = None,
        limit: int = 4000,
        **more: Any,
    ) -> Heard:
        """Ask, and hear as much of the body as comes; a status above 200 is the error's text."""
        body = {**self.body(model, turns or [("user", PROMPT)], limit), **more}
        heard, data = Heard(), b""
        async with client.stream("POST", self.path, json=body) as response:
            try:
                async for piece in response.aiter_bytes():
                    data += piece
            except httpx.RemoteProtocolError:
                data = data[: data.rfind(b"\n\n") + 2]
        if response.status_code == 200:
            self.hear(data, heard)
        else:
            heard.error = data.decode()
        heard.text = heard.text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return heard


def events(data: bytes) -> Iterator[tuple[str | None, Any]]:
    """The names and values of server-sent events; comments are left out."""
    for block in data.decode().split("\n\n"):
        name = None
        for line in block.split("\n"):
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                yield name, None if line == "data: [DONE]" else json.loads(line[6:])


def hear_chat(data: bytes, heard: Heard) -> None:
    for _, chunk in events(data):
        if chunk is None:
            heard.terminal = True
            continue
        if "error" in chunk:
            heard.error = chunk["error"]["message"]
        if chunk.get("usage"):
            heard.output_tokens = chunk["usage"]["completion_tokens"]
        for choice in chunk.get("choices", ()):
            delta = choice["delta"]
            heard.say("reasoning", delta.get("reasoning_content") or "")
            heard.say("text", (delta.get("content") or "") + (delta.get("refusal") or ""))
            for call in delta.get("tool_calls", ()):
                if call.get("id"):
                    heard.calls[call["function"]["name"]] = []
                name = list(heard.calls)[call["index"]]
                heard.calls[name].append(call["function"]["arguments"])
            heard.finish = choice["finish_reason"] or heard.finish


def hear_responses(data: bytes, heard: Heard) -> None:
    names: dict[int, str] = {}
    for number, (name, event) in enumerate(events(data)):
        assert name == event["type"]
        assert event["sequence_number"] == number
        kind = event["type"].removeprefix("response.")
        if kind in ("output_text.delta", "refusal.delta"):
            heard.say("text", event["delta"])
        elif kind == "reasoning_summary_text.delta":
            heard.say("reasoning", event["delta"])
        elif kind == "output_item.added" and event["item"]["type"] == "function_call":
            names[event["output_index"]] = event["item"]["name"]
            heard.calls[event["item"]["name"]] = []
        elif kind == "function_call_arguments.delta":
            heard.calls[names[event["output_index"]]].append(event["delta"])
        elif kind == "error":
            heard.error = event["error"]["message"]
        elif kind in ("completed", "incomplete", "failed", "cancelled"):
            heard.terminal = kind != "failed"
            final = event["response"]
            heard.finish = (final["incomplete_details"] or {}).get("reason") or kind
            heard.output_tokens = (final["usage"] or {}).get("output_tokens")


def hear_messages(data: bytes, heard: Heard) -> None:
    blocks: dict[int, str] = {}
    for name, event in events(data):
        assert name == event["type"]
        if name == "content_block_start" and event["content_block"]["type"] == "tool_use":
            blocks[event["index"]] = event["content_block"]["name"]
            heard.calls[event["content_block"]["name"]] = []
        elif name == "content_block_delta":
            delta = event["delta"]
            heard.say("text", delta.get("text", ""))
            heard.say("reasoning", delta.get("thinking", ""))
            if "partial_json" in delta:
                heard.calls[blocks[event["index"]]].append(delta["partial_json"])
        elif name == "message_delta":
            heard.finish = event["delta"]["stop_reason"]
            heard.output_tokens = event["usage"]["output_tokens"]
        elif name == "message_stop":
            heard.terminal = True
        elif name == "error":
            heard.error = event["error"]["message"]


def hear_gateway(data: bytes, heard: Heard) -> None:
    for _, chunk in events(data):
        if "error" in chunk:
            heard.error = chunk["error"]["message"]
        elif chunk.get("final"):
            heard.terminal = True
            heard.finish = chunk.get("finish_reason")
            heard.output_tokens = chunk["usage"]["output_tokens"]
        elif chunk["type"] == "text":
            heard.say("reasoning" if chunk["name"] == "thinking" else "text", chunk["content"])


def hear_pawa(data: bytes, heard: Heard) -> None:
    decoder, text = json.JSONDecoder(), data.decode().strip()
    while text:
        try:
            value, end = decoder.raw_decode(text)
        except json.JSONDecodeError:
            return
        text = text[end:].lstrip()
        if not value["success"]:
            heard.error = value["message"]
            continue
        found = value["data"]
        for message in [found["message"]] if "message" in found else []:
            heard.say("reasoning", message.get("reasoning_content", ""))
            heard.say("text", message["content"])
        for request in found.get("request", ()):
            heard.terminal = True
            heard.finish = request["finish_reason"]
            heard.output_tokens = found["usage"]["tokens_out"]
            for call in request["message"].get("tool_calls", ()):
                heard.calls[call["function"]["name"]] = [json.dumps(call["function"]["arguments"])]


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
    name: Format(name, path, body, hear)
    for name, path, body, hear in (
        ("chat", "/v1/chat/completions", chat_body, hear_chat),
        ("responses", "/v1/responses", responses_body, hear_responses),
        ("messages", "/v1/messages", messages_body, hear_messages),
        ("gateway", "/api/v1/generate/stream", gateway_body, hear_gateway),
        ("pawa", "/v1/chat/request", pawa_body, hear_pawa),
    )
}
