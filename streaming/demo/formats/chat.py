"""Wire format `chat`: OpenAI-compatible Chat Completions."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Literal

from streaming.demo.behaviours.request import ModelRequest, Turn
from streaming.demo.behaviours.steps import Channel, MediaStep, Picture, Problem, Search
from streaming.demo.formats.fields import invalid, mappings, positive, string, text_of, tool_names
from streaming.demo.formats.files import files_of
from streaming.demo.formats.frames import EVENT_STREAM, data_frame, quoted, template
from streaming.demo.formats.null_encoder import NullEncoder
from streaming.demo.formats.transcript import Transcript

_ROLES: dict[object, Literal["system", "user", "assistant", "tool"]] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
}
_FIELDS: dict[Channel, str] = {
    "text": "content",
    "reasoning": "reasoning_content",
    "refusal": "refusal",
}
_FINISH = {"refusal": "stop", "pause": "stop"}
_DONE = b"data: [DONE]\n\n"


class ChatFormat:
    """`POST /v1/chat/completions`."""

    def read(self, body: dict[str, Any]) -> ModelRequest:
        model = string(body.get("model"), "model")
        if body.get("continue_final_message") and body.get("add_generation_prompt", True):
            raise invalid(
                "Cannot set both `continue_final_message` and `add_generation_prompt` to True."
            )
        options = body.get("stream_options")
        limit = body.get("max_completion_tokens", body.get("max_tokens"))
        return ModelRequest(
            model=model,
            turns=_turns(body.get("messages")),
            max_tokens=positive(limit, "max_tokens"),
            stream=body.get("stream") is True,
            usage=isinstance(options, Mapping) and options.get("include_usage") is True,
            tools=tool_names(body.get("tools")),
            web_search="web_search_options" in body or bool(body.get("plugins")),
        )

    def encoder(self, request: ModelRequest, number: int, transcript: Transcript) -> ChatEncoder:
        return ChatEncoder(request, number, transcript)

    def unstreamed(
        self, request: ModelRequest, number: int, transcript: Transcript
    ) -> dict[str, Any]:
        message: dict[str, Any] = {
            "role": "assistant",
            "content": transcript.joined("text") or None,
            "refusal": transcript.joined("refusal") or None,
        }
        if reasoning := transcript.joined("reasoning"):
            message["reasoning_content"] = reasoning
        if transcript.calls:
            message["tool_calls"] = [
                _call(part.id, part.name, part.text) for part in transcript.calls
            ]
        message |= {
            name: value
            for name, value in (
                ("images", [_image(at, part.text) for at, part in enumerate(transcript.pictures)]),
                ("annotations", [_annotation(url, title, 0) for url, title in transcript.sources]),
            )
            if value
        }
        choice = {
            "index": 0,
            "message": message,
            "finish_reason": _finish(transcript),
            "logprobs": None,
        }
        head = _head("chat.completion", request, number)
        return {**head, "choices": [choice], "usage": _usage(transcript)}

    def problem(self, problem: Problem) -> tuple[int, dict[str, Any]]:
        return problem.status, {"error": _error(problem)}


class ChatEncoder(NullEncoder):
    """Chunks of server-sent events; text is spliced into prepared bytes."""

    def __init__(self, request: ModelRequest, number: int, transcript: Transcript) -> None:
        super().__init__(EVENT_STREAM)
        self._transcript = transcript
        self._head = _head("chat.completion.chunk", request, number)
        self._with_usage = request.usage or transcript.usage_always
        self._templates = {
            channel: template(self._chunk({name: "\0"})) for channel, name in _FIELDS.items()
        }

    def opening(self) -> bytes:
        return self._chunk({"role": "assistant", "content": "", "refusal": None})

    def delta(self, channel: Channel, text: str) -> bytes:
        if self._transcript.usage_always:
            return self._chunk({_FIELDS[channel]: text})
        before, after = self._templates[channel]
        return before + quoted(text) + after

    def call(self, call_id: str, name: str) -> bytes:
        return self._tool({"index": len(self._transcript.calls), **_call(call_id, name, "")})

    def arguments(self, text: str) -> bytes:
        return self._tool(
            {"index": len(self._transcript.calls) - 1, "function": {"arguments": text}}
        )

    def media(self, step: MediaStep) -> bytes:
        if isinstance(step, Picture):
            return self._chunk({"images": [_image(len(self._transcript.pictures), step.data)]})
        if isinstance(step, Search):
            return b""
        end = len(self._transcript.joined("text"))
        return self._chunk({"annotations": [_annotation(step.url, step.title, end)]})

    def keep_alive(self) -> bytes:
        return b": keep-alive\n\n"

    def error(self, problem: Problem) -> bytes:
        return data_frame({"error": _error(problem)})

    def closing(self) -> list[bytes]:
        frames = [self._chunk({}, _finish(self._transcript))]
        if self._with_usage:
            frames.append(
                data_frame({**self._head, "choices": [], "usage": _usage(self._transcript)})
            )
        return [*frames, _DONE]

    def _tool(self, fragment: dict[str, Any]) -> bytes:
        return self._chunk({"tool_calls": [fragment]})

    def _chunk(self, delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        chunk = {**self._head, "choices": [choice]}
        if self._with_usage:
            chunk["usage"] = _usage(self._transcript) if self._transcript.usage_always else None
        return data_frame(chunk)


def _image(index: int, data: str) -> dict[str, Any]:
    url = {"url": f"data:image/png;base64,{data}"}
    return {"type": "image_url", "index": index, "image_url": url}


def _annotation(url: str, title: str, end: int) -> dict[str, Any]:
    cited = {"url": url, "title": title, "content": "", "start_index": 0, "end_index": end}
    return {"type": "url_citation", "url_citation": cited}


def _turns(messages: object) -> tuple[Turn, ...]:
    if not isinstance(messages, list) or not messages:
        raise invalid("Invalid 'messages': expected an array with at least one message.")
    turns: list[Turn] = []
    open_calls: set[Any] = set()
    for number, message in enumerate(messages):
        role = _ROLES.get(message.get("role")) if isinstance(message, Mapping) else None
        if role is None:
            raise invalid(f"Invalid value for 'messages[{number}].role'.")
        if role == "tool":
            open_calls.discard(message.get("tool_call_id"))
        else:
            _all_answered(open_calls)
        open_calls |= {call.get("id") for call in mappings(message.get("tool_calls"))}
        turns.append(Turn(role, text_of(message.get("content")), files_of(message.get("content"))))
    _all_answered(open_calls)
    return tuple(turns)


def _all_answered(open_calls: set[Any]) -> None:
    if open_calls:
        raise invalid(
            "An assistant message with 'tool_calls' must be followed by tool messages "
            "responding to each 'tool_call_id'."
        )


def _call(call_id: str, name: str, arguments: str) -> dict[str, Any]:
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


def _finish(transcript: Transcript) -> str | None:
    return _FINISH.get(transcript.finish, transcript.finish) if transcript.finish else None


def _head(kind: str, request: ModelRequest, number: int) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-demo-{number}",
        "object": kind,
        "created": int(time.time()),
        "model": request.model,
        "system_fingerprint": None,
    }


def _usage(transcript: Transcript) -> dict[str, Any]:
    return {
        "prompt_tokens": transcript.input_tokens,
        "completion_tokens": transcript.output_tokens,
        "total_tokens": transcript.input_tokens + transcript.output_tokens,
        "prompt_tokens_details": {"cached_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": transcript.reasoning_tokens},
    }


def _error(problem: Problem) -> dict[str, Any]:
    return {
        "message": problem.message,
        "type": problem.type,
        "param": None,
        "code": problem.code,
    }
