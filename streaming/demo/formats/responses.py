"""Wire format `responses`: OpenAI Responses, its requests and whole answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from streaming.demo.behaviours.request import ModelRequest, Turn
from streaming.demo.behaviours.steps import Problem
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
from streaming.demo.formats.responses_items import Envelope, response, status_of
from streaming.demo.formats.responses_stream import ResponsesEncoder
from streaming.demo.formats.transcript import Transcript

_ROLES: dict[object, Literal["system", "user", "assistant"]] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
}


class ResponsesFormat:
    """`POST /v1/responses`."""

    def read(self, body: dict[str, Any]) -> ModelRequest:
        model = string(body.get("model"), "model")
        turns = _turns(body.get("input"))
        if system := text_of(body.get("instructions")):
            turns = (Turn("system", system), *turns)
        return ModelRequest(
            model=model,
            turns=turns,
            max_tokens=positive(body.get("max_output_tokens"), "max_output_tokens"),
            stream=body.get("stream") is True,
            usage=True,
            tools=tool_names(body.get("tools")),
            web_search="web_search" in tool_types(body.get("tools")),
            background=body.get("background") is True,
        )

    def encoder(
        self, request: ModelRequest, number: int, transcript: Transcript
    ) -> ResponsesEncoder:
        return ResponsesEncoder(Envelope(number, request.model, request.background), transcript)

    def unstreamed(
        self, request: ModelRequest, number: int, transcript: Transcript
    ) -> dict[str, Any]:
        envelope = Envelope(number, request.model, request.background)
        return response(envelope, status_of(transcript.finish), transcript)

    def problem(self, problem: Problem) -> tuple[int, dict[str, Any]]:
        error = {
            "message": problem.message,
            "type": problem.type,
            "param": None,
            "code": problem.code,
        }
        return problem.status, {"error": error}


def _turns(value: object) -> tuple[Turn, ...]:
    if isinstance(value, str) and value:
        return (Turn("user", text_of(value)),)
    items = mappings(value)
    if not items:
        raise invalid("Missing required parameter: 'input'.")
    turns: list[Turn] = []
    open_calls: dict[Any, None] = {}
    for number, entry in enumerate(items):
        kind = entry.get("type", "message")
        if kind == "function_call":
            open_calls[entry.get("call_id")] = None
        elif kind == "function_call_output":
            open_calls.pop(entry.get("call_id"), None)
            turns.append(Turn("tool", text_of(entry.get("output")), files_of(entry.get("output"))))
        elif kind == "message":
            turns.append(_message(entry, number))
    if open_calls:
        raise invalid(f"No tool output found for function call {next(iter(open_calls))}.")
    return tuple(turns)


def _message(entry: Mapping[str, Any], number: int) -> Turn:
    role = _ROLES.get(entry.get("role"))
    if role is None:
        raise invalid(f"Invalid value for 'input[{number}].role'.")
    wrong = "input_text" if role == "assistant" else "output_text"
    if any(part.get("type") == wrong for part in mappings(entry.get("content"))):
        raise invalid(f"Invalid value: '{wrong}' in 'input[{number}].content'.")
    return Turn(role, text_of(entry.get("content")), files_of(entry.get("content")))
