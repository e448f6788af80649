"""The blocks of an answer of Anthropic Messages, as they come and as they are sent back."""

from dataclasses import dataclass, field
from typing import Any

from streaming.providers.formats.building.deduplication import Echo
from streaming.providers.formats.building.event_builder import Call
from streaming.providers.formats.json_values import (
    clean,
    mapping,
    parse_json,
    word,
)

CACHES = ("cache_creation_input_tokens", "cache_read_input_tokens")


@dataclass(slots=True)
class Block:
    """`start` as it came; of what was added to it, text and signature are put together.

    `echo` follows pieces that may repeat what the start had told.
    """

    start: dict[str, Any]
    call: Call | None = None
    text: list[str] = field(default_factory=list)
    signature: list[str] = field(default_factory=list)
    citations: list[Any] = field(default_factory=list)
    echo: Echo | None = None
    is_text: bool = False

    def __post_init__(self) -> None:
        self.is_text = self.start.get("type") == "text"


def usage_of(known: dict[str, int]) -> dict[str, int]:
    """Their input leaves out what the cache brought; ours is all of it."""
    found = {
        "output_tokens": known.get("output_tokens"),
        "reasoning_tokens": known.get("thinking_tokens"),
        "cached_tokens": known.get("cache_read_input_tokens"),
    }
    if "input_tokens" in known:
        found["input_tokens"] = known["input_tokens"] + sum(known.get(key, 0) for key in CACHES)
    return {key: number for key, number in found.items() if number is not None}


def sent_back(block: Block) -> dict[str, Any]:
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
