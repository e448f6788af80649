"""Anthropic Messages: what an event of its stream says.

An answer is a row of blocks; the first one is often not text. Counters of tokens are
cumulative: a later value replaces an earlier one, key by key.
"""

from typing import Any

from streaming.events import Warned
from streaming.providers.formats.building.deduplication import Echo, rest_of
from streaming.providers.formats.building.event_builder import Channel
from streaming.providers.formats.error_bodies.failures import clip
from streaming.providers.formats.json_values import (
    clean,
    compact,
    counts,
    mapping,
    mappings,
    string,
    word,
)
from streaming.providers.formats.messages_blocks import (
    CACHES,
    Block,
    sent_back,
    usage_of,
)
from streaming.providers.formats.parsing.stream_parser import StreamParser, type_in

_EVENTS = (
    *("message_start", "message_delta", "message_stop", "ping"),
    *("content_block_start", "content_block_delta", "content_block_stop"),
)
_NO_TEXT = ("ping", "message_start", "message_delta", "message_stop", "content_block_stop")
_SPOKEN = ("text", "thinking")
_PICTURES = ("image", "audio", "video", "document")
_TYPES = {
    "thinking_delta": "thinking",
    "signature_delta": "thinking",
    "input_json_delta": "tool_use",
}
"""Of which type a block is that gets such a piece; all others are text."""

_COUNTERS = ("input_tokens", "output_tokens", *CACHES)


class MessagesParser(StreamParser):
    """Typed events, closed by `message_stop` or by the body's end after a stop reason."""

    format = "messages"
    types_in_events = True

    def __init__(self) -> None:
        super().__init__()
        self._blocks: dict[Any, Block] = {}
        self._usage: dict[str, int] = {}
        self._began = False
        self._wholes = 0

    def keep(self) -> dict[str, Any]:
        """All blocks, if there are some that text and calls alone do not bring back."""
        blocks = [whole for block in self._blocks.values() if (whole := sent_back(block))]
        is_plain = all(block.get("type") in ("text", "tool_use") for block in blocks)
        return {} if is_plain else {"blocks": blocks}

    def on_value(self, value: dict[str, Any]) -> None:
        kind = value.get("type")
        if kind == "content_block_delta":
            self._heard = True
            self._add(value)
        elif kind in _EVENTS and not value.get("error"):
            self._heard = True
            self._event(kind, value)
        elif kind == "message":
            self._take_whole(value)
        else:
            self.fail_if_error(value)

    def _event(self, kind: str, value: dict[str, Any]) -> None:
        match kind:
            case "content_block_start":
                self._open(value.get("index"), mapping(value.get("content_block")))
            case "content_block_stop":
                self._shut(value.get("index"), mapping(value.get("content_block")))
            case "message_start":
                self._began = True
                self._begin(mapping(value.get("message")))
            case "message_delta":
                self._learn(mapping(value.get("delta")))
                self._count(value.get("usage"))
            case "message_stop":
                self._close()

    def on_done(self) -> None:
        if self.answer.has_reason:
            self._close()

    def on_end(self, *, whole: bool, trusted: bool) -> None:
        if self._wholes and not self._began:
            if self.answer.concluded or self._wholes == 1:
                self._close()
        elif self.answer.concluded:
            self.answer.note("missing_terminal")
            self._close()

    def may_hold_text(self, name: str, frame: str) -> bool:
        return (name or type_in(frame)) not in _NO_TEXT

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
        block = self._blocks[_place(index)] = Block(start)
        kind = start.get("type")
        if kind == "text":
            self._text(block, string(start.get("text")))
        elif kind == "thinking":
            self._thought(block, string(start.get("thinking")))
        elif kind == "tool_use":
            block.call = self.answer.start_call(string(start.get("id")), string(start.get("name")))
        elif kind in _PICTURES:
            self.cannot_show(start.get("source") or start, kind=str(kind))
        if block.text and block.text[0]:
            block.echo = Echo(block.text[0])

    def _add(self, value: dict[str, Any]) -> None:
        delta = mapping(value.get("delta"))
        kind = delta.get("type")
        block = self._blocks.get(_place(value.get("index")))
        if block is not None and block.is_text and kind == "text_delta":
            self._text(block, string(delta.get("text")))
            return
        if block is None or (kind != "citations_delta" and block.start.get("type") in _SPOKEN):
            block = self._block_of(_place(value.get("index")), kind, block)
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
        else:
            self._add_untyped(block, delta)

    def _add_untyped(self, block: Block, delta: dict[str, Any]) -> None:
        """A piece of a type that nobody knows: its text is text."""
        self._text(block, string(delta.get("text")))
        self._thought(block, string(delta.get("thinking")))

    def _block_of(self, place: int | str, kind: Any, known: Block | None) -> Block:
        """The block that such a piece belongs to: its own, if that of its index is another."""
        type_ = _TYPES.get(kind, "text")
        if known is not None and known.start.get("type") == type_:
            return known
        if known is not None:
            place = f"{place} {type_}"
        block = self._blocks.get(place)
        if block is None:
            block = self._blocks[place] = Block({"type": type_})
            if type_ == "tool_use":  # a call whose beginning never came
                block.call = self.answer.start_call("", "")
        return block

    def _text(self, block: Block, text: str) -> None:
        if block.echo is not None:
            text = block.echo.feed(text)
        block.text.append(text)
        self.answer.text(text)

    def _thought(self, block: Block, text: str) -> None:
        if block.echo is not None:
            text = block.echo.feed(text)
        block.text.append(text)
        self.answer.reasoning(text)

    def _shut(self, index: Any, whole: dict[str, Any]) -> None:
        block = self._blocks.get(_place(index))
        if block is None:
            return
        if block.echo is not None:
            held, block.echo = block.echo.end(), None
            self._say(block, held)
        if block.call:
            given = whole.get("input") or block.start.get("input")
            self.answer.end_call(
                block.call, compact(given) if not block.call.parts and given else ""
            )
        elif told := string(whole.get("text")) or string(whole.get("thinking")):
            self._say(block, rest_of(clean(told), clean("".join(block.text))) or "")

    def _say(self, block: Block, text: str) -> None:
        if block.start.get("type") == "thinking":
            self._thought(block, text)
        else:
            self._text(block, text)

    def _learn(self, delta: dict[str, Any]) -> None:
        reason = word(delta.get("stop_reason"))
        self.answer.conclude(reason)
        explanation = mapping(delta.get("stop_details")).get("explanation")
        if reason == "refusal" and (told := clip(string(explanation))):
            self.answer.warnings = [Warned("refusal", told)]

    def _count(self, usage: Any) -> None:
        new = mapping(usage)
        thinking = mapping(new.get("output_tokens_details"))
        self._usage |= counts(new, **{name: name for name in _COUNTERS})
        self._usage |= counts(thinking, thinking_tokens="thinking_tokens")
        self.answer.usage = usage_of(self._usage)

    def _close(self) -> None:
        self.stop()

    def _take_whole(self, message: dict[str, Any]) -> None:
        """A complete answer although a stream was asked for, or one that repeats the stream."""
        self._heard = True
        self._wholes += 1
        blocks = mappings(message.get("content"))
        if self.answer.spoke:
            self._compare(blocks)
        else:
            for index, block in enumerate(blocks):
                self._open(index, block)
                self._shut(index, {})
        if not self._began:
            self._begin(message)
        else:
            self._count(message.get("usage"))
        self._learn(message)
        if self.answer.concluded and not self._began:
            self._close()

    def _compare(self, blocks: list[dict[str, Any]]) -> None:
        """Say only what these blocks have beyond what was told."""
        self._compare_channel("reasoning", "thinking", blocks)
        self._compare_channel("text", "text", blocks)
        known = {call.id for call in self.answer.calls}
        for block in blocks:
            if block.get("type") == "tool_use" and block.get("id") not in known:
                place = f"whole {block.get('id')}"
                self._open(place, block)
                self._shut(place, {})

    def _compare_channel(self, channel: Channel, kind: str, blocks: list[dict[str, Any]]) -> None:
        """`kind` is also the key of a block's text."""
        parts = [string(block.get(kind)) for block in blocks if block.get("type") == kind]
        told = self.answer.told[channel]
        before = told.size
        self.tell_whole(channel, "".join(parts))
        if rest := str(told)[before:]:
            self._block_of("", f"{kind}_delta", None).text.append(rest)


def _place(index: Any) -> int | str:
    return index if type(index) in (int, str) else ""
