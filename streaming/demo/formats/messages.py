"""Wire format `messages`: Anthropic Messages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from streaming.demo.behaviours.request import ModelRequest, Turn
from streaming.demo.behaviours.steps import Channel, MediaStep, Picture, Problem, Source
from streaming.demo.formats.fields import (
    invalid,
    mappings,
    positive,
    string,
    text_of,
    tool_names,
    tool_types,
)
from streaming.demo.formats.files import files_of
from streaming.demo.formats.frames import EVENT_STREAM, named_frame, quoted, template
from streaming.demo.formats.messages_blocks import citation, image, search_blocks
from streaming.demo.formats.null_encoder import NullEncoder
from streaming.demo.formats.transcript import Part, Transcript, arguments_of

_FINISH = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "content_filter": "refusal",
    "refusal": "refusal",
    "pause": "pause_turn",
}
_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    529: "overloaded_error",
}
_EXPLANATION = "This request was blocked."


class MessagesFormat:
    """`POST /v1/messages`."""

    def read(self, body: dict[str, Any]) -> ModelRequest:
        model = string(body.get("model"), "model")
        limit = positive(body.get("max_tokens"), "max_tokens")
        if limit is None:
            raise invalid("max_tokens: Field required")
        turns = _turns(body.get("messages"))
        if turns[-1].role == "assistant" and turns[-1].text != turns[-1].text.rstrip():
            raise invalid("messages: final assistant content cannot end with trailing whitespace")
        system = text_of(body.get("system"))
        return ModelRequest(
            model=model,
            turns=(Turn("system", system), *turns) if system else turns,
            max_tokens=limit,
            stream=body.get("stream") is True,
            usage=True,
            tools=tool_names(body.get("tools")),
            web_search="web_search_20250305" in tool_types(body.get("tools")),
            can_pause=True,
        )

    def encoder(
        self, request: ModelRequest, number: int, transcript: Transcript
    ) -> MessagesEncoder:
        return MessagesEncoder(request, number, transcript)

    def unstreamed(
        self, request: ModelRequest, number: int, transcript: Transcript
    ) -> dict[str, Any]:
        return {
            **_message(request, number, transcript),
            "content": [block for part in transcript.parts for block in _blocks(part)],
            **_stop(transcript),
            "usage": _usage(transcript),
        }

    def problem(self, problem: Problem) -> tuple[int, dict[str, Any]]:
        status = problem.plain_status
        return status, _error(replace(problem, status=status))


class MessagesEncoder(NullEncoder):
    """Named events; a content block is open from its first delta until another begins."""

    def __init__(self, request: ModelRequest, number: int, transcript: Transcript) -> None:
        super().__init__(EVENT_STREAM)
        self._transcript = transcript
        self._message = _message(request, number, transcript)
        self._open: str | None = None
        self._index = -1
        self._template = (b"", b"")

    def opening(self) -> bytes:
        start = {"type": "message_start", "message": self._message}
        return named_frame(start) + self.keep_alive()

    def delta(self, channel: Channel, text: str) -> bytes:
        if channel != self._open:
            return self._begin(channel) + self.delta(channel, text)
        before, after = self._template
        return before + quoted(text) + after

    def call(self, call_id: str, name: str) -> bytes:
        block = {"type": "tool_use", "id": call_id, "name": name, "input": {}}
        return self._stop() + self._start("call", block) + self.arguments("")

    def arguments(self, text: str) -> bytes:
        return self._delta({"type": "input_json_delta", "partial_json": text})

    def call_end(self) -> bytes:
        return self._stop()

    def media(self, step: MediaStep) -> bytes:
        if isinstance(step, Picture):
            return self._stop() + self._start("picture", image(step.data)) + self._stop()
        if isinstance(step, Source):
            cited = {"type": "citations_delta", "citation": citation(step.url, step.title)}
            return self._delta(cited)
        asked, found = search_blocks(step.query, step.results)
        asking = self._stop() + self._start("search", {**asked, "input": {}})
        query = self.arguments(json.dumps(asked["input"]))
        return asking + query + self._stop() + self._start("found", found) + self._stop()

    def keep_alive(self) -> bytes:
        return named_frame({"type": "ping"})

    def error(self, problem: Problem) -> bytes:
        return named_frame(_error(problem))

    def closing(self) -> list[bytes]:
        ended = {
            "type": "message_delta",
            "delta": _stop(self._transcript),
            "usage": _usage(self._transcript),
        }
        return [self._stop(), named_frame(ended), named_frame({"type": "message_stop"})]

    def _begin(self, channel: Channel) -> bytes:
        stopped = self._stop()
        if channel == "reasoning":
            block: dict[str, Any] = {"type": "thinking", "thinking": "", "signature": ""}
            delta = {"type": "thinking_delta", "thinking": "\0"}
        else:
            block = {"type": "text", "text": ""}
            delta = {"type": "text_delta", "text": "\0"}
        started = self._start(channel, block)
        self._template = template(self._delta(delta))
        return stopped + started

    def _start(self, kind: str, block: Mapping[str, Any]) -> bytes:
        self._open = kind
        self._index += 1
        return named_frame(
            {"type": "content_block_start", "index": self._index, "content_block": block}
        )

    def _delta(self, delta: Mapping[str, Any]) -> bytes:
        return named_frame({"type": "content_block_delta", "index": self._index, "delta": delta})

    def _stop(self) -> bytes:
        kind, self._open = self._open, None
        if kind is None:
            return b""
        signature = b""
        if kind == "reasoning":
            signature = self._delta(
                {"type": "signature_delta", "signature": _signature(self._transcript)}
            )
        return signature + named_frame({"type": "content_block_stop", "index": self._index})


def _turns(messages: object) -> tuple[Turn, ...]:
    objects = mappings(messages)
    if not objects:
        raise invalid("messages: at least one message is required")
    turns: list[Turn] = []
    open_calls: set[Any] = set()
    for number, message in enumerate(objects):
        role = message.get("role")
        if role not in ("user", "assistant"):
            raise invalid(f"messages.{number}.role: Input should be 'user' or 'assistant'")
        results, calls = _tool_blocks(message)
        if open_calls - results.keys():
            raise invalid(
                f"messages.{number}: `tool_use` ids were found without `tool_result` blocks "
                "immediately after"
            )
        open_calls = calls
        turns += results.values()
        text, files = _checked_text(message, number), files_of(message.get("content"))
        if text or files or not results:
            turns.append(Turn(role, text, files))
    return _merged(turns)


def _tool_blocks(message: Mapping[str, Any]) -> tuple[dict[Any, Turn], set[Any]]:
    """The results by the id of their call, and the ids of the calls."""
    blocks = mappings(message.get("content"))
    results = {
        block.get("tool_use_id"): Turn(
            "tool", text_of(block.get("content")), files_of(block.get("content"))
        )
        for block in blocks
        if block.get("type") == "tool_result"
    }
    return results, {block.get("id") for block in blocks if block.get("type") == "tool_use"}


def _checked_text(message: Mapping[str, Any], number: int) -> str:
    content = message.get("content")
    if not content or any(
        block.get("type") == "text" and not block.get("text") for block in mappings(content)
    ):
        raise invalid(f"messages.{number}: text content blocks must be non-empty")
    return text_of(content)


def _merged(turns: list[Turn]) -> tuple[Turn, ...]:
    """Consecutive messages of one role are one turn, as on the real server."""
    merged: list[Turn] = []
    for turn in turns:
        if merged and merged[-1].role == turn.role != "tool":
            before = merged.pop()
            turn = Turn(turn.role, before.text + turn.text, before.files + turn.files)
        merged.append(turn)
    return tuple(merged)


def _message(request: ModelRequest, number: int, transcript: Transcript) -> dict[str, Any]:
    return {
        "id": f"msg_demo_{number}",
        "type": "message",
        "role": "assistant",
        "content": [],
        "model": request.model,
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {**_usage(transcript), "output_tokens": 1},
    }


def _blocks(part: Part) -> Iterable[dict[str, Any]]:
    return search_blocks(part.text, part.sources) if part.kind == "search" else [_block(part)]


def _block(part: Part) -> dict[str, Any]:
    if part.kind == "call":
        return {
            "type": "tool_use",
            "id": part.id,
            "name": part.name,
            "input": arguments_of(part),
        }
    if part.kind == "picture":
        return image(part.text)
    if part.kind == "reasoning":
        return {"type": "thinking", "thinking": part.text, "signature": "ZGVtbw=="}
    cited = [citation(*source) for source in part.sources]
    return {"type": "text", "text": part.text, **({"citations": cited} if cited else {})}


def _signature(transcript: Transcript) -> str:
    return "ZGVtbw==" if transcript.parts else ""


def _stop(transcript: Transcript) -> dict[str, Any]:
    reason = _FINISH.get(transcript.finish or "stop")
    stop: dict[str, Any] = {"stop_reason": reason, "stop_sequence": None}
    if reason == "refusal":
        stop["stop_details"] = {
            "type": "refusal",
            "category": None,
            "explanation": _EXPLANATION,
        }
    return stop


def _usage(transcript: Transcript) -> dict[str, Any]:
    return {
        "input_tokens": transcript.input_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "output_tokens": transcript.output_tokens,
        "output_tokens_details": {"thinking_tokens": transcript.reasoning_tokens},
    }


def _error(problem: Problem) -> dict[str, Any]:
    error = {"type": _TYPES.get(problem.status, "api_error"), "message": problem.message}
    return {"type": "error", "error": error, "request_id": "req_demo"}
