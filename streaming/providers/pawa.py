"""Pawa AI: the request, and what a value of its stream says.

Documented as server-sent events and shown as bare JSON values without a terminal: both are
read, and a clean end of the body is the end. A tool call is never streamed: its envelope
comes as one value, its arguments as an object.
"""

from typing import Any

from streaming.providers.base import ChatMessage, ChatRequest, ToolCall
from streaming.providers.chat import function
from streaming.providers.config import ProviderConfig
from streaming.providers.errors import failure
from streaming.providers.history import chosen, sendable
from streaming.providers.parsing import StreamParser
from streaming.providers.values import compact, counts, mapping, mappings, parse_json, string, word
from streaming.providers.wire import Call, Wire, bearer

MODELS = ("pawa-v1-ember-20240924", "pawa-v1-blaze-20250318")

_PLAIN = {"role", "content"}
_PARAMETERS = (
    *("temperature", "top_p", "max_tokens", "frequency_penalty", "presence_penalty", "seed"),
)


def build(config: ProviderConfig, request: ChatRequest) -> dict[str, Any]:
    """The JSON body: all turns in `messages`, whose order with `memoryChat` nobody knows."""
    turns = sendable(request.messages)
    if request.system:
        turns.insert(0, ChatMessage("system", request.system))
    if sent := request.prefill.rstrip():
        turns.append(ChatMessage("assistant", sent))
    body: dict[str, Any] = {
        "model": request.model,
        "stream": True,
        "messages": [_message(turn) for turn in turns],
        **chosen(request.parameters, **{name: name for name in _PARAMETERS}),
    }
    if effort := request.parameters.get("reasoning_effort"):
        body["reasoning"] = {"effort": effort}
    if request.tools:
        body["tools"] = [{"type": "function", "function": function(tool)} for tool in request.tools]
    return {**body, **config.extra_body}


def _message(turn: ChatMessage) -> dict[str, Any]:
    message: dict[str, Any] = {"role": turn.role, "content": turn.text}
    if turn.tool_calls:
        message["tool_calls"] = [_call(call) for call in turn.tool_calls]
    if turn.role == "tool":
        message["tool_call_id"] = turn.tool_call_id
    return message


def _call(call: ToolCall) -> dict[str, Any]:
    """The call as it was received: its arguments an object, if they are one."""
    try:
        arguments = parse_json(call.arguments)
    except ValueError:
        arguments = call.arguments
    return {
        "id": call.id,
        "type": "function",
        "function": {"name": call.name, "arguments": arguments},
    }


class PawaParser(StreamParser):
    """JSON values, bare or behind `data:`, closed by `[DONE]` or by the body's clean end."""

    format = "pawa"

    def __init__(self) -> None:
        super().__init__()
        self._reason = ""

    def on_value(self, value: dict[str, Any]) -> None:
        data = mapping(value.get("data"))
        status = value.get("statusCode")
        refused = type(status) is int and status >= 400 and not data
        if value.get("success") is False or value.get("error") or refused:
            self.answer.fail(failure(value))
            return
        self._heard = self._heard or "data" in value
        if "message" in data:
            self._message(mapping(data["message"]))
        for choice in mappings(data.get("request")):
            self._message(mapping(choice.get("message")))
            self._reason = word(choice.get("finish_reason")) or self._reason
        if usage := mapping(data.get("usage")):
            self.answer.usage = counts(
                usage, input_tokens="tokensIn", output_tokens="tokensOut"
            ) | counts(usage, input_tokens="tokens_in", output_tokens="tokens_out")

    def _message(self, message: dict[str, Any]) -> None:
        content = message.get("content")
        if not message.keys() <= _PLAIN:
            thought = string(message.get("reasoning_content")) or string(message.get("reasoning"))
            self.answer.reasoning(thought)
        if type(content) is str:
            self.answer.text(content)
        else:
            self._parts(content)
        if "tool_calls" in message:
            for call in mappings(message["tool_calls"]):
                self._call(call)

    def _parts(self, content: Any) -> None:
        for part in mappings(content):
            if part.get("type") == "text":
                self.answer.text(string(part.get("text")))

    def _call(self, call: dict[str, Any]) -> None:
        asked = mapping(call.get("function"))
        given = asked.get("arguments")
        begun = self.answer.start_call(string(call.get("id")), string(asked.get("name")))
        arguments = compact(given) if type(given) in (dict, list) else string(given)
        self.answer.end_call(begun, arguments)

    def on_done(self) -> None:
        self.answer.stop(self._reason, inferred=True)

    def on_end(self, *, whole: bool, trusted: bool) -> None:
        if whole and self._heard and (trusted or self._reason):
            self.answer.stop(self._reason, inferred=True)


WIRE = Wire(
    call=lambda config, request: Call("/chat/request", build(config, request)),
    headers=bearer,
    parser=lambda config, request: PawaParser(),
    models_path="",
    models=MODELS,
)
