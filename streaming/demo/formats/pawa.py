"""Wire format `pawa`: Pawa's chat request, one JSON value after another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from streaming.demo.behaviours.request import ModelRequest, Turn
from streaming.demo.behaviours.steps import Channel, MediaStep, Picture, Problem
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
from streaming.demo.formats.frames import compact, quoted, template
from streaming.demo.formats.null_encoder import NullEncoder
from streaming.demo.formats.transcript import Part, Transcript, arguments_of

_ROLES: dict[object, Literal["system", "user", "assistant", "tool"]] = {
    "system": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
}
_CHUNK = "Chunk completions generated successfully"
_WHOLE = "Chat request processed successfully"


class PawaFormat:
    """`POST /v1/chat/request`."""

    def read(self, body: dict[str, Any]) -> ModelRequest:
        model = string(body.get("model"), "model")
        turns = [
            _turn(message, number)
            for number, message in enumerate(
                mappings(body.get("memoryChat")) + mappings(body.get("messages"))
            )
        ]
        if not turns:
            raise invalid("messages should not be empty")
        return ModelRequest(
            model=model,
            turns=tuple(turns),
            max_tokens=positive(body.get("max_tokens"), "max_tokens"),
            stream=body.get("stream") is True,
            usage=True,
            tools=tool_names(body.get("tools")),
            web_search="pawa_tool" in tool_types(body.get("tools")),
        )

    def encoder(self, request: ModelRequest, number: int, transcript: Transcript) -> PawaEncoder:
        return PawaEncoder(request, transcript)

    def unstreamed(
        self, request: ModelRequest, number: int, transcript: Transcript
    ) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": _spoken(transcript)}
        if transcript.pictures:
            images = [_image(part.text) for part in transcript.pictures]
            message["content"] = [{"type": "text", "text": message["content"]}, *images]
        if transcript.calls:
            message["tool_calls"] = [_call(part) for part in transcript.calls]
        return _request(request, message, transcript)

    def problem(self, problem: Problem) -> tuple[int, dict[str, Any]]:
        return problem.plain_status, {"success": False, "message": problem.message}


class PawaEncoder(NullEncoder):
    """Text delta by delta; tool calls complete, in one indented value at the end."""

    def __init__(self, request: ModelRequest, transcript: Transcript) -> None:
        super().__init__("application/json; charset=utf-8")
        self._request = request
        self._transcript = transcript
        self._templates = {
            "content": template(_chunk("content")),
            "reasoning_content": template(_chunk("reasoning_content")),
        }

    def delta(self, channel: Channel, text: str) -> bytes:
        name = "reasoning_content" if channel == "reasoning" else "content"
        before, after = self._templates[name]
        return before + quoted(text) + after

    def media(self, step: MediaStep) -> bytes:
        if not isinstance(step, Picture):
            return b""
        before, after = self._templates["content"]
        return before + compact([_image(step.data)]) + after

    def keep_alive(self) -> bytes:
        return b"\n"

    def error(self, problem: Problem) -> bytes:
        return compact({"success": False, "message": problem.message, "data": None}) + b"\n\n"

    def unterminated_end(self) -> bytes:
        # Any whole value would be a proper end here.
        return _chunk("content")[:60]

    def closing(self) -> list[bytes]:
        message: dict[str, Any] = {"role": "assistant", "content": ""}
        if self._transcript.calls:
            message["tool_calls"] = [_call(part) for part in self._transcript.calls]
        value = _request(self._request, message, self._transcript)
        printed = json.dumps(value, indent=2) if self._transcript.calls else json.dumps(value)
        return [printed.encode() + b"\n"]


def _image(data: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}


def _turn(message: Mapping[str, Any], number: int) -> Turn:
    role = _ROLES.get(message.get("role"))
    if role is None:
        raise invalid(f"messages.{number}.role must be one of system, user, assistant, tool")
    return Turn(role, text_of(message.get("content")), files_of(message.get("content")))


def _chunk(field: str) -> bytes:
    message = {"role": "assistant", "content": "", field: "\0"}
    data = {
        "id": None,
        "conversationId": None,
        "feedback": None,
        "message": message,
        "status": None,
        "createdAt": None,
        "updatedAt": None,
    }
    return compact({"success": True, "message": _CHUNK, "data": data}) + b"\n\n"


def _request(
    request: ModelRequest, message: dict[str, Any], transcript: Transcript
) -> dict[str, Any]:
    data = {
        "request": [{"finish_reason": transcript.finish, "message": message, "matched_stop": 106}],
        "created": "2025-09-25",
        "model": request.model,
        "object": "chat.request",
        "usage": {"tokens_in": transcript.input_tokens, "tokens_out": transcript.output_tokens},
    }
    return {"success": True, "message": _WHOLE, "data": data}


def _call(part: Part) -> dict[str, Any]:
    function = {"name": part.name, "arguments": arguments_of(part)}
    return {"id": part.id, "type": "function", "function": function}


def _spoken(transcript: Transcript) -> str:
    return transcript.joined("text") + transcript.joined("refusal")
