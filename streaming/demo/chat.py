"""Wire format `chat`: OpenAI-compatible Chat Completions."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, Literal

from streaming.demo.ask import Ask, Turn
from streaming.demo.steps import Problem
from streaming.demo.wire import Tally, invalid, positive, quoted, text_of

_ROLES: dict[object, Literal["system", "user", "assistant", "tool"]] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
}
_DONE = b"data: [DONE]\n\n"


class Chat:
    """`POST /v1/chat/completions`."""

    def read(self, body: dict[str, Any]) -> Ask:
        model = body.get("model")
        if not isinstance(model, str) or not model:
            raise invalid("you must provide a model parameter")
        if body.get("continue_final_message") and body.get("add_generation_prompt", True):
            raise invalid(
                "Cannot set both `continue_final_message` and `add_generation_prompt` to True."
            )
        options = body.get("stream_options")
        limit = body.get("max_completion_tokens", body.get("max_tokens"))
        return Ask(
            model=model,
            turns=_turns(body.get("messages")),
            max_tokens=positive(limit, "max_tokens"),
            stream=body.get("stream") is True,
            usage=isinstance(options, Mapping) and options.get("include_usage") is True,
        )

    def encoder(self, ask: Ask, number: int) -> ChatEncoder:
        return ChatEncoder(ask, number)

    def whole(self, ask: Ask, number: int, tally: Tally) -> dict[str, Any]:
        message = {"role": "assistant", "content": tally.text, "refusal": None}
        choice = {"index": 0, "message": message, "finish_reason": tally.finish, "logprobs": None}
        head = _head("chat.completion", ask, number)
        return {**head, "choices": [choice], "usage": _usage(tally)}

    def problem(self, problem: Problem) -> dict[str, Any]:
        return {"error": _error(problem)}


class ChatEncoder:
    """Chunks of server-sent events; text is spliced into prepared bytes."""

    content_type = "text/event-stream; charset=utf-8"

    def __init__(self, ask: Ask, number: int) -> None:
        self._head = _head("chat.completion.chunk", ask, number)
        self._nothing = {"usage": None} if ask.usage else {}
        self._with_usage = ask.usage
        template = self._chunk({"content": "\0"}).decode()
        before, after = template.split('"\\u0000"')
        self._before, self._after = before.encode(), after.encode()

    def opening(self) -> bytes:
        return self._chunk({"role": "assistant", "content": "", "refusal": None})

    def text(self, text: str) -> bytes:
        return self._before + quoted(text).encode() + self._after

    def error(self, problem: Problem) -> bytes:
        return _frame({"error": _error(problem)})

    def closing(self, tally: Tally) -> list[bytes]:
        frames = [self._chunk({}, tally.finish)]
        if self._with_usage:
            frames.append(_frame({**self._head, "choices": [], "usage": _usage(tally)}))
        return [*frames, _DONE]

    def _chunk(self, delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _frame({**self._head, "choices": [choice], **self._nothing})


def _turns(messages: object) -> tuple[Turn, ...]:
    if not isinstance(messages, list) or not messages:
        raise invalid("Invalid 'messages': expected an array with at least one message.")
    turns: list[Turn] = []
    for number, message in enumerate(messages):
        role = _ROLES.get(message.get("role")) if isinstance(message, Mapping) else None
        if role is None:
            raise invalid(f"Invalid value for 'messages[{number}].role'.")
        turns.append(Turn(role, text_of(message.get("content"))))
    return tuple(turns)


def _head(kind: str, ask: Ask, number: int) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-demo-{number}",
        "object": kind,
        "created": int(time.time()),
        "model": ask.model,
        "system_fingerprint": None,
    }


def _usage(tally: Tally) -> dict[str, Any]:
    return {
        "prompt_tokens": tally.input_tokens,
        "completion_tokens": tally.output_tokens,
        "total_tokens": tally.input_tokens + tally.output_tokens,
    }


def _error(problem: Problem) -> dict[str, Any]:
    return {
        "message": problem.message,
        "type": problem.type,
        "param": None,
        "code": problem.code,
    }


def _frame(value: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(value, separators=(",", ":")).encode() + b"\n\n"
