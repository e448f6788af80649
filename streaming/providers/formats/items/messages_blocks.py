"""The blocks of an answer of Anthropic Messages, as they come and as they are sent back."""

from dataclasses import dataclass, field
from typing import Any

from streaming.providers.formats.building.deduplication import Echo, rest_of
from streaming.providers.formats.building.event_builder import EventBuilder
from streaming.providers.formats.building.partial_calls import PartialCall
from streaming.providers.formats.json_values import (
    clean,
    compact,
    mapping,
    mappings,
    parse_json,
    string,
    word,
)
from streaming.providers.formats.parsing.citations import cite, cite_one
from streaming.providers.formats.parsing.media import MediaContent

_TEXT_TYPES = ("text", "thinking")
_MEDIA_TYPES = ("image", "audio", "video", "document")
_BLOCK_TYPES = {
    "thinking_delta": "thinking",
    "signature_delta": "thinking",
    "input_json_delta": "tool_use",
}
"""Of which type a block is that gets such a piece; all others are text."""


@dataclass(slots=True)
class MessageBlock:
    """`start` as it came; of what was added to it, text and signature are put together.

    `echo` follows pieces that may repeat the text of the start.
    """

    start: dict[str, Any]
    call: PartialCall | None = None
    text: list[str] = field(default_factory=list)
    signature: list[str] = field(default_factory=list)
    citations: list[Any] = field(default_factory=list)
    echo: Echo | None = None
    is_text: bool = False

    def __post_init__(self) -> None:
        self.is_text = self.start.get("type") == "text"


class MessageBlocks:
    """Adds each piece to the block of its index, and says what it adds."""

    def __init__(self, builder: EventBuilder, media: MediaContent) -> None:
        self._builder = builder
        self._media = media
        self._blocks: dict[int | str, MessageBlock] = {}

    def open(self, index: Any, start: dict[str, Any]) -> None:
        block = self._blocks[_key(index)] = MessageBlock(start)
        kind = start.get("type")
        if kind == "text":
            self._text(block, string(start.get("text")))
            cite(self._builder.sources, start.get("citations"))
        elif kind == "thinking":
            self._thought(block, string(start.get("thinking")))
        elif kind == "tool_use":
            id_, name = string(start.get("id")), string(start.get("name"))
            block.call = self._builder.calls.start(id_, name)
        elif kind in _MEDIA_TYPES:
            self._media.report(start.get("source") or start, kind=str(kind))
        elif string(kind).endswith("tool_result"):
            self._result(start)
        if block.text and block.text[0]:
            block.echo = Echo(block.text[0])

    def _result(self, start: dict[str, Any]) -> None:
        """What a tool of the server's own brought: of that, pictures are shown, and failures."""
        if code := word(mapping(start.get("content")).get("error_code")):
            self._builder.warn("server_tool_failed", code[:100])
        for part in mappings(start.get("content")):
            if part.get("type") == "image":
                self._media.report(part.get("source") or part, kind="image")

    def add(self, index: Any, delta: dict[str, Any]) -> None:
        kind = delta.get("type")
        block = self._blocks.get(_key(index))
        if block is not None and block.is_text and kind == "text_delta":
            self._text(block, string(delta.get("text")))
            return
        if block is None or (kind != "citations_delta" and block.start.get("type") in _TEXT_TYPES):
            block = self._block_of(_key(index), kind, block)
        if kind == "text_delta":
            self._text(block, string(delta.get("text")))
        elif kind == "thinking_delta":
            self._thought(block, string(delta.get("thinking")))
        elif kind == "input_json_delta":
            piece = string(delta.get("partial_json"))
            block.text.append(piece)
            if block.call:
                self._builder.calls.add(block.call, piece)
        elif kind == "signature_delta":
            block.signature.append(string(delta.get("signature")))
        elif kind == "citations_delta":
            block.citations.append(delta.get("citation"))
            cite_one(self._builder.sources, delta.get("citation"))
        else:  # a piece of a type that nobody knows: its text is text
            self._text(block, string(delta.get("text")))
            self._thought(block, string(delta.get("thinking")))

    def _block_of(self, key: int | str, kind: Any, known: MessageBlock | None) -> MessageBlock:
        """The block of such a piece: one of its own, if the block of its index has another type."""
        type_ = _BLOCK_TYPES.get(kind, "text")
        if known is not None and known.start.get("type") == type_:
            return known
        if known is not None:
            key = f"{key} {type_}"
        block = self._blocks.get(key)
        if block is None:
            block = self._blocks[key] = MessageBlock({"type": type_})
            if type_ == "tool_use":  # a call whose beginning never came
                block.call = self._builder.calls.start("", "")
        return block

    def _text(self, block: MessageBlock, text: str) -> None:
        if block.echo is not None:
            text = block.echo.feed(text)
        block.text.append(text)
        self._builder.text(text)

    def _thought(self, block: MessageBlock, text: str) -> None:
        if block.echo is not None:
            text = block.echo.feed(text)
        block.text.append(text)
        self._builder.reasoning(text)

    def close(self, index: Any, whole: dict[str, Any]) -> None:
        """The end of a block, which may repeat it as a `whole`."""
        block = self._blocks.get(_key(index))
        if block is None:
            return
        if block.echo is not None:
            held, block.echo = block.echo.end(), None
            self._say(block, held)
        if block.call:
            given = whole.get("input") or block.start.get("input")
            is_given = not block.call.parts and given
            self._builder.calls.end(block.call, compact(given) if is_given else "")
        elif text := string(whole.get("text")) or string(whole.get("thinking")):
            self._say(block, rest_of(clean(text), clean("".join(block.text))) or "")

    def _say(self, block: MessageBlock, text: str) -> None:
        if block.start.get("type") == "thinking":
            self._thought(block, text)
        else:
            self._text(block, text)

    def file_text(self, kind: str, text: str) -> None:
        """Keep text that was said without a block as a block of this kind."""
        self._block_of("", f"{kind}_delta", None).text.append(text)

    def clear(self) -> None:
        """Forget all blocks; no event ends the calls that are open now."""
        self._blocks.clear()
        self._builder.calls.abandon()

    def sent_back(self) -> list[dict[str, Any]]:
        """All blocks as a later request sends them back, without empty ones."""
        return [whole for block in self._blocks.values() if (whole := _sent_back(block))]


def _key(index: Any) -> int | str:
    return index if type(index) in (int, str) else ""


def _sent_back(block: MessageBlock) -> dict[str, Any]:
    text = clean("".join(block.text))
    match block.start.get("type"):
        case kind if kind in _MEDIA_TYPES:
            return {}  # no assistant turn may hold any
        case "text":
            cited = {"citations": block.citations} if block.citations else {}
            return {"type": "text", "text": text, **cited} if text.strip() else {}
        case "thinking":
            signature = "".join(block.signature) or word(block.start.get("signature"))
            signed = {"type": "thinking", "thinking": text, "signature": signature}
            return signed if signature else {}
        case "tool_use" if not block.start.get("name"):
            return {}
        case "tool_use" | "server_tool_use" | "mcp_tool_use":
            return {**block.start, "input": _input(text) or block.start.get("input") or {}}
    return block.start


def _input(text: str) -> dict[str, Any]:
    try:
        return mapping(parse_json(text))
    except ValueError:
        return {}
