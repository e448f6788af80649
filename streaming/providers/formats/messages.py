"""Anthropic Messages: what an event of its stream says.

An answer is a row of blocks; the first one is often not text. Counters of tokens are
cumulative: a later value replaces an earlier one, key by key.
"""

from typing import Any

from streaming.events import Warned
from streaming.providers.base import ChatRequest
from streaming.providers.formats.adapter import FormatAdapter, HttpCall
from streaming.providers.formats.building.finish_reasons import REASONS
from streaming.providers.formats.building.text_limit import Channel
from streaming.providers.formats.error_bodies.failures import clip
from streaming.providers.formats.items.messages_blocks import MessageBlocks
from streaming.providers.formats.json_values import counts, mapping, mappings, string, word
from streaming.providers.formats.parsing.error_frames import fail_if_error
from streaming.providers.formats.parsing.odd_frames import type_in
from streaming.providers.formats.parsing.stream_parser import StreamParser
from streaming.providers.formats.requests.messages import build, headers

_EVENTS = (
    *("message_start", "message_delta", "message_stop", "ping"),
    *("content_block_start", "content_block_delta", "content_block_stop"),
)
_NO_TEXT = ("ping", "message_start", "message_delta", "message_stop", "content_block_stop")
_CACHES = ("cache_creation_input_tokens", "cache_read_input_tokens")
_COUNTERS = ("input_tokens", "output_tokens", *_CACHES)


class MessagesParser(StreamParser):
    """Typed events, closed by `message_stop` or by the body's end after a stop reason."""

    format = "messages"
    types_in_events = True

    def __init__(self, *, continues: bool = False) -> None:
        super().__init__()
        self._continues = continues
        self._blocks = MessageBlocks(self.builder, self.media)
        self._usage: dict[str, int] = {}
        self._began = False
        self._whole_messages = 0

    def keep(self) -> dict[str, Any]:
        """All blocks, if there are some that text and calls alone do not bring back, or if the
        answer comes in several pieces.
        """
        blocks = self._blocks.sent_back()
        is_plain = all(block.get("type") in ("text", "tool_use") for block in blocks)
        is_whole = not self._continues and REASONS.get(self.builder.end.reason) != "pause"
        return {} if is_plain and is_whole else {"blocks": blocks}

    def on_value(self, value: dict[str, Any]) -> None:
        kind = value.get("type")
        if kind == "content_block_delta":
            self.is_recognised = True
            self._blocks.add(value.get("index"), mapping(value.get("delta")))
        elif kind in _EVENTS and not value.get("error"):
            self.is_recognised = True
            self._event(kind, value)
        elif kind == "message":
            self._message(value)
        else:
            fail_if_error(self.builder, value)

    def _event(self, kind: str, value: dict[str, Any]) -> None:
        match kind:
            case "content_block_start":
                self._blocks.open(value.get("index"), mapping(value.get("content_block")))
            case "content_block_stop":
                self._blocks.close(value.get("index"), mapping(value.get("content_block")))
            case "message_start":
                self._began = True
                self._begin(mapping(value.get("message")))
            case "message_delta":
                self._learn(mapping(value.get("delta")))
                self._count(value.get("usage"))
            case "message_stop":
                self.stop()

    def on_done(self) -> None:
        if self.builder.end.reason:
            self.stop()

    def on_end(self, *, whole: bool, trusted: bool) -> None:
        if self._whole_messages and not self._began:
            if self.builder.end.holds or self._whole_messages == 1:
                self.stop()
        elif self.builder.end.holds:
            self.builder.report.note("missing_terminal")
            self.stop()

    def may_hold_text(self, name: str, frame: str) -> bool:
        return (name or type_in(frame)) not in _NO_TEXT

    def _begin(self, message: dict[str, Any]) -> None:
        id_ = word(message.get("id"))
        if self.response_id and id_ and id_ != self.response_id:
            # A proxy asked again inside the stream.
            self.builder.warn("message_restarted")
            self._blocks.clear()
        self.response_id = id_ or self.response_id
        self._count(message.get("usage"))

    def _learn(self, delta: dict[str, Any]) -> None:
        reason = word(delta.get("stop_reason"))
        self.builder.end.announce(reason)
        explanation = mapping(delta.get("stop_details")).get("explanation")
        if reason == "refusal" and (sentence := clip(string(explanation))):
            self.builder.report.warnings = [Warned("refusal", sentence)]

    def _count(self, usage: Any) -> None:
        new = mapping(usage)
        thinking = mapping(new.get("output_tokens_details"))
        self._usage |= counts(new, **{name: name for name in _COUNTERS})
        self._usage |= counts(thinking, thinking_tokens="thinking_tokens")
        self.builder.report.usage = _usage_of(self._usage)

    def _message(self, message: dict[str, Any]) -> None:
        """A complete answer although a stream was asked for, or one that repeats the stream."""
        self.is_recognised = True
        self._whole_messages += 1
        blocks = mappings(message.get("content"))
        if self.builder.spoke:
            self._compare(blocks)
        else:
            for index, block in enumerate(blocks):
                self._blocks.open(index, block)
                self._blocks.close(index, {})
        if not self._began:
            self._begin(message)
        else:
            self._count(message.get("usage"))
        self._learn(message)
        if self.builder.end.holds and not self._began:
            self.stop()

    def _compare(self, blocks: list[dict[str, Any]]) -> None:
        """Say only what these blocks have beyond what was said."""
        self._compare_channel("reasoning", "thinking", blocks)
        self._compare_channel("text", "text", blocks)
        known = {call.id for call in self.builder.calls}
        for block in blocks:
            if block.get("type") == "tool_use" and block.get("id") not in known:
                index = f"whole {block.get('id')}"
                self._blocks.open(index, block)
                self._blocks.close(index, {})

    def _compare_channel(self, channel: Channel, kind: str, blocks: list[dict[str, Any]]) -> None:
        """`kind` is also the key of a block's text."""
        parts = [string(block.get(kind)) for block in blocks if block.get("type") == kind]
        text = self.builder.texts[channel]
        before = text.size
        self.snapshots.whole(channel, "".join(parts))
        if rest := str(text)[before:]:
            self._blocks.file_text(kind, rest)


def _usage_of(known: dict[str, int]) -> dict[str, int]:
    """Their input leaves out what the cache brought; ours is all of it."""
    found = {
        "output_tokens": known.get("output_tokens"),
        "reasoning_tokens": known.get("thinking_tokens"),
        "cached_tokens": known.get("cache_read_input_tokens"),
        "cache_write_tokens": known.get("cache_creation_input_tokens") or None,
    }
    if "input_tokens" in known:
        found["input_tokens"] = known["input_tokens"] + sum(known.get(key, 0) for key in _CACHES)
    return {key: number for key, number in found.items() if number is not None}


def _continues(request: ChatRequest) -> bool:
    """Whether the rest of an answer is asked for that the server paused."""
    return bool(request.messages) and request.messages[-1].role == "assistant"


ADAPTER = FormatAdapter(
    call=lambda config, request: HttpCall("/messages", build(config, request)),
    headers=headers,
    parser=lambda config, request: MessagesParser(continues=_continues(request)),
    models_path="/models?limit=1000",
)
