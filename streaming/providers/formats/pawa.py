"""Pawa AI: the request, and what a value of its stream says.

Documented as server-sent events and shown as bare JSON values without a terminal: both are
read, and a clean end of the body is the end. A tool call is never streamed: its envelope
comes as one value, its arguments as an object.
"""

from typing import Any

from streaming.providers.base import ChatMessage, ChatRequest, ToolCall
from streaming.providers.config import ProviderConfig
from streaming.providers.formats.adapter import FormatAdapter, HttpCall, bearer
from streaming.providers.formats.building.deduplication import CumulativeText, new_in
from streaming.providers.formats.building.finish_reasons import is_reason
from streaming.providers.formats.building.text_limit import Channel
from streaming.providers.formats.error_bodies.failures import failure
from streaming.providers.formats.json_values import (
    compact,
    counts,
    mapping,
    mappings,
    parse_json,
    string,
)
from streaming.providers.formats.parsing.citations import cite
from streaming.providers.formats.parsing.error_frames import fail_if_error
from streaming.providers.formats.parsing.parts import pieces, thought_in
from streaming.providers.formats.parsing.stream_parser import StreamParser
from streaming.providers.formats.requests.chat import content, function
from streaming.providers.formats.requests.files import shown_by_user
from streaming.providers.formats.requests.history import sendable
from streaming.providers.formats.requests.parameters import completed, renamed, taken
from streaming.providers.formats.requests.web_search import with_search

MODELS = ("pawa-v1-ember-20240924", "pawa-v1-blaze-20250318")

_PLAIN = {"role", "content"}
_PARAMETERS = (
    *("temperature", "top_p", "max_tokens", "frequency_penalty", "presence_penalty", "seed"),
)


def build(config: ProviderConfig, request: ChatRequest) -> dict[str, Any]:
    """The JSON body: all turns in `messages`, whose order with `memoryChat` nobody knows."""
    turns, parameters = sendable(request.messages), taken(config, request)
    if request.system:
        turns.insert(0, ChatMessage("system", request.system))
    if sent := request.prefill.rstrip():
        turns.append(ChatMessage("assistant", sent))
    body: dict[str, Any] = {
        "model": request.model,
        "stream": True,
        "messages": [_message(turn) for turn in shown_by_user(turns)],
        **renamed(parameters, **{name: name for name in _PARAMETERS}),
    }
    if effort := parameters.get("reasoning_effort"):
        body["reasoning"] = {"effort": effort}
    if request.tools:
        body["tools"] = [{"type": "function", "function": function(tool)} for tool in request.tools]
    return completed(config, with_search(config, body, parameters), parameters)


def _message(turn: ChatMessage) -> dict[str, Any]:
    message: dict[str, Any] = {"role": turn.role, "content": content(turn)}
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
    """JSON values, bare or after `data:`, closed by `[DONE]` or by the body's clean end."""

    format = "pawa"

    def __init__(self) -> None:
        super().__init__()
        self._cumulative: dict[Channel, CumulativeText] = {
            "text": CumulativeText(),
            "reasoning": CumulativeText(),
        }
        self._pieces: dict[Channel, list[str]] = {"text": [], "reasoning": []}
        self._so_far = self.builder.texts["text"]

    def on_value(self, value: dict[str, Any]) -> None:
        data = mapping(value.get("data"))
        if (not data or value.get("success") is not True or "error" in data) and self._fails(value):
            return
        self.is_recognised = self.is_recognised or "data" in value
        usage = mapping(data["usage"]) if data.get("usage") else {}
        if "message" in data:
            self._message(mapping(data["message"]), closes=bool(usage))
        if data.get("request"):
            for choice in mappings(data["request"]):
                self._choice(choice, closes=bool(usage))
        if data.get("finish_reason"):
            self.builder.end.announce(data["finish_reason"])
        if usage:
            self.builder.report.usage = counts(
                usage,
                input_tokens="tokensIn",
                output_tokens="tokensOut",
                total_tokens="totalTokens",
            ) | counts(
                usage,
                input_tokens="tokens_in",
                output_tokens="tokens_out",
                total_tokens="total_tokens",
            )

    def _fails(self, value: dict[str, Any]) -> bool:
        status, data = value.get("statusCode"), mapping(value.get("data"))
        if type(status) is int and status >= 400 and not data:
            self.builder.fail(failure(value))
        elif data.get("error"):
            self.builder.fail(failure(data))
        else:
            fail_if_error(self.builder, value)
        return self.builder.ended

    def _choice(self, choice: dict[str, Any], *, closes: bool) -> None:
        if choice.get("error"):
            self.builder.fail(failure(choice))
        message = mapping(choice.get("message")) or mapping(choice.get("delta"))
        reason = choice.get("finish_reason")
        if not message and type(choice.get("text")) is str:
            message = {"content": choice["text"]}
        self._message(message, closes=closes or is_reason(reason))
        self.builder.end.announce(reason)

    def _message(self, message: dict[str, Any], *, closes: bool) -> None:
        content = message.get("content")
        if not message.keys() <= _PLAIN:
            self._read_text("reasoning", thought_in(message), closes)
            cite(self.builder.sources, message.get("annotations"), message.get("citations"))
            for image in mappings(message.get("images")):
                self.media.report(image, kind="image")
        if not content:
            pass
        elif type(content) is str:
            if closes or len(content) >= self._so_far.size:
                self._read_text("text", content, closes)
            else:  # nearly always: too short to repeat all of it
                self._say_short(content)
        else:
            self._parts(content, closes)
        if "tool_calls" in message:
            for call in mappings(message["tool_calls"]):
                self._call(call)

    def _parts(self, content: Any, closes: bool) -> None:
        parts = pieces(content)
        thought = "".join(piece.text for piece in parts if piece.kind == "reasoning")
        text = "".join(piece.text for piece in parts if piece.kind in ("text", "refusal"))
        self._read_text("reasoning", thought, closes)
        self._read_text("text", text, closes)
        for piece in parts:
            if piece.kind == "unsupported":
                self.media.report(piece.part)

    def _read_text(self, channel: Channel, text: str, closes: bool) -> None:
        """The next piece; one of a closing value may repeat all pieces."""
        if not text:
            return
        cumulative = self._cumulative[channel]
        if closes:
            self._say(channel, cumulative.end())
            if self.builder.queue.has_hole and channel == "text":
                self.snapshots.whole("text", text)
                return
            self._say(channel, new_in(text, self._pieces[channel], closes=True))
        else:
            self._say(channel, cumulative.feed(text, self.builder.texts[channel]))

    def _say_short(self, text: str) -> None:
        if self._cumulative["text"].held:
            self._say("text", self._cumulative["text"].end())
        self._pieces["text"].append(text)
        self.builder.text(text)

    def _say(self, channel: Channel, text: str) -> None:
        if text:
            self._pieces[channel].append(text)
            self.builder.say(channel, text)

    def _call(self, call: dict[str, Any]) -> None:
        asked = mapping(call.get("function"))
        given = asked.get("arguments")
        begun = self.builder.calls.start(string(call.get("id")), string(asked.get("name")))
        arguments = compact(given) if type(given) in (dict, list) else string(given)
        self.builder.calls.end(begun, arguments)

    def _release(self) -> None:
        for channel, cumulative in self._cumulative.items():
            self._say(channel, cumulative.end())

    def on_done(self) -> None:
        self._release()
        self.stop()

    def on_end(self, *, whole: bool, trusted: bool) -> None:
        is_announced = self.builder.end.holds
        self._release()
        if is_announced or (whole and self.is_recognised and trusted):
            self.stop()


ADAPTER = FormatAdapter(
    call=lambda config, request: HttpCall("/chat/request", build(config, request)),
    headers=bearer,
    parser=lambda config, request: PawaParser(),
    models_path="",
    models=MODELS,
)
