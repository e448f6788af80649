"""Anthropic Messages: what an event of its stream says.

An answer is a row of blocks; the first one is often not text. Counters of tokens are
cumulative: a later value replaces an earlier one, key by key.
"""

from dataclasses import dataclass, field
from typing import Any

from streaming.events import Warned
from streaming.providers.answer import Call
from streaming.providers.errors import clip, failure
from streaming.providers.parsing import StreamParser
from streaming.providers.values import (
    clean,
    compact,
    counts,
    mapping,
    mappings,
    parse_json,
    string,
    word,
)

_EVENTS = (
    *("message_start", "message_delta", "message_stop", "ping"),
    *("content_block_start", "content_block_delta", "content_block_stop"),
)
_CACHES = ("cache_creation_input_tokens", "cache_read_input_tokens")
_COUNTERS = ("input_tokens", "output_tokens", *_CACHES)


@dataclass(slots=True)
class _Block:
    """`start` as it came; of what was added to it, text and signature are put together."""

    start: dict[str, Any]
    call: Call | None = None
    text: list[str] = field(default_factory=list)
    signature: list[str] = field(default_factory=list)
    citations: list[Any] = field(default_factory=list)


class MessagesParser(StreamParser):
    """Typed events, closed by `message_stop` or by the body's end after a stop reason."""

    format = "messages"

    def __init__(self) -> None:
        super().__init__()
        self._blocks: dict[Any, _Block] = {}
        self._usage: dict[str, int] = {}
        self._reason = ""

    def keep(self) -> dict[str, Any]:
        """All blocks, if there are some that text and calls alone do not bring back."""
        blocks = [whole for block in self._blocks.values() if (whole := _whole(block))]
        is_plain = all(block.get("type") in ("text", "tool_use") for block in blocks)
        return {} if is_plain else {"blocks": blocks}

    def on_value(self, value: dict[str, Any]) -> None:
        kind = value.get("type")
        if kind == "content_block_delta":
            self._add(value)
        elif kind == "error" or value.get("error"):
            self.answer.fail(failure(value))
        elif kind == "content_block_start":
            self._open(value.get("index"), mapping(value.get("content_block")))
        elif kind == "content_block_stop":
            self._shut(value.get("index"))
        elif kind == "message_start":
            self._begin(mapping(value.get("message")))
        elif kind == "message_delta":
            self._learn(mapping(value.get("delta")))
            self._count(value.get("usage"))
        elif kind == "message_stop":
            self._close()
        elif kind == "message":
            self._take_whole(value)
        self._heard = self._heard or kind in _EVENTS

    def on_done(self) -> None:
        if self._reason:
            self._close()

    def on_end(self, *, whole: bool, trusted: bool) -> None:
        if self._reason:
            self.answer.warnings.append(Warned("missing_terminal"))
            self._close()

    def _begin(self, message: dict[str, Any]) -> None:
        id_ = word(message.get("id"))
        if self.response_id and id_ and id_ != self.response_id:
            # A proxy asked again inside the stream: what was open there never ends.
            self.answer.warn("message_restarted")
            self._blocks.clear()
            self.answer.abandon_calls()
        self.response_id = id_ or self.response_id
        self._count(message.get("usage"))

    def _open(self, index: Any, start: dict[str, Any]) -> None:
        block = self._blocks[_place(index)] = _Block(start)
        match start.get("type"):
            case "text":
                self._text(block, string(start.get("text")))
            case "thinking":
                self._thought(block, string(start.get("thinking")))
            case "tool_use":
                block.call = self.answer.start_call(
                    string(start.get("id")), string(start.get("name"))
                )

    def _add(self, value: dict[str, Any]) -> None:
        delta = mapping(value.get("delta"))
        kind = delta.get("type")
        block = self._blocks.get(_place(value.get("index")))
        if block is None:
            type_ = "thinking" if kind == "thinking_delta" else "text"
            block = self._blocks[_place(value.get("index"))] = _Block({"type": type_})
        if kind == "text_delta":
            self._text(block, string(delta.get("text")))
        elif kind == "thinking_delta":
            self._thought(block, string(delta.get("thinking")))
        elif kind == "input_json_delta":
            piece = string(delta.get("partial_json"))
            block.text.append(piece)
            if block.call:
                self.answer.arguments(block.call, piece)
        elif kind == "signature_delta":
            block.signature.append(string(delta.get("signature")))
        elif kind == "citations_delta":
            block.citations.append(delta.get("citation"))

    def _text(self, block: _Block, text: str) -> None:
        block.text.append(text)
        self.answer.text(text)

    def _thought(self, block: _Block, text: str) -> None:
        block.text.append(text)
        self.answer.reasoning(text)

    def _shut(self, index: Any) -> None:
        block = self._blocks.get(_place(index))
        if block and block.call:
            given = block.start.get("input")
            self.answer.end_call(
                block.call, compact(given) if not block.call.parts and given else ""
            )

    def _learn(self, delta: dict[str, Any]) -> None:
        self._reason = word(delta.get("stop_reason")) or self._reason
        explanation = mapping(delta.get("stop_details")).get("explanation")
        if self._reason == "refusal" and (told := clip(string(explanation))):
            self.answer.warnings = [Warned("refusal", told)]

    def _count(self, usage: Any) -> None:
        new = mapping(usage)
        thinking = mapping(new.get("output_tokens_details"))
        self._usage |= counts(new, **{name: name for name in _COUNTERS})
        self._usage |= counts(thinking, thinking_tokens="thinking_tokens")
        self.answer.usage = _usage(self._usage)

    def _close(self) -> None:
        self.answer.stop(self._reason, inferred=True)

    def _take_whole(self, message: dict[str, Any]) -> None:
        """A complete answer although a stream was asked for."""
        self._heard = True
        self._begin(message)
        for index, block in enumerate(mappings(message.get("content"))):
            self._open(index, block)
            self._shut(index)
        self._learn(message)
        self._close()


def _place(index: Any) -> int | str:
    return index if type(index) in (int, str) else ""


def _usage(known: dict[str, int]) -> dict[str, int]:
    """Their input leaves out what the cache brought; ours is all of it."""
    found = {
        "output_tokens": known.get("output_tokens"),
        "reasoning_tokens": known.get("thinking_tokens"),
        "cached_tokens": known.get("cache_read_input_tokens"),
    }
    if "input_tokens" in known:
        found["input_tokens"] = known["input_tokens"] + sum(known.get(key, 0) for key in _CACHES)
    return {key: number for key, number in found.items() if number is not None}


def _whole(block: _Block) -> dict[str, Any]:
    """The block as a later request sends it back; nothing for an empty one."""
    text = clean("".join(block.text))
    match block.start.get("type"):
        case "text":
            cited = {"citations": block.citations} if block.citations else {}
            return {"type": "text", "text": text, **cited} if text.strip() else {}
        case "thinking":
            signature = "".join(block.signature) or word(block.start.get("signature"))
            signed = {"type": "thinking", "thinking": text, "signature": signature}
            return signed if signature else {}
        case "tool_use" | "server_tool_use" | "mcp_tool_use":
            return {**block.start, "input": _input(text) or block.start.get("input") or {}}
    return block.start


def _input(text: str) -> dict[str, Any]:
    try:
        return mapping(parse_json(text))
    except ValueError:
        return {}
