"""What the events of a Responses stream have in common: numbers, keys of parts, texts, usage."""

from typing import Any

from streaming.providers.formats.items.responses_parts import ItemKey, PartKey
from streaming.providers.formats.json_values import counts, mapping, string
from streaming.providers.formats.parsing.parts import flat, pieces


class SequenceNumbers:
    """They are a cursor as long as each is above the one before."""

    __slots__ = ("_after", "_is_sound", "_last")

    def __init__(self, after: int | None) -> None:
        self._after = after
        self._last = -1 if after is None else after
        self._is_sound = True

    @property
    def last(self) -> int | None:
        return self._last if self._is_sound and self._last >= 0 else None

    def follows(self, number: Any) -> bool:
        """Whether this is the number after the last one."""
        return self._is_sound and type(number) is int and number == self._last + 1 > 0

    def is_old(self, number: Any, *, matters: bool) -> bool:
        """Whether a replay brings what was kept already. What `matters` must have a number."""
        if type(number) is int and number > self._last:
            self._last = number
            return False
        if self._after is not None and type(number) is int and number <= self._after:
            return True
        self._is_sound = self._is_sound and not matters
        return False


def key_of(value: dict[str, Any]) -> ItemKey:
    index = value.get("output_index")
    return index if type(index) is int else string(value.get("item_id"))


def delta_of(value: dict[str, Any]) -> str:
    delta = value.get("delta")
    return delta if type(delta) is str else flat(delta)


def part_key_of(value: dict[str, Any]) -> PartKey:
    position = value.get("content_index")
    return key_of(value), position if type(position) is int else 0


def arguments_of(item: dict[str, Any]) -> str:
    return string(item.get("arguments")) or string(item.get("input"))


def texts_of(output: list[dict[str, Any]]) -> list[str]:
    parts = [item.get("content") for item in output if item.get("type") not in ("reasoning",)]
    texts = [piece for part in parts for piece in pieces(part)]
    return [piece.text for piece in texts if piece.kind in ("text", "refusal")]


def usage_of(usage: dict[str, Any]) -> dict[str, int]:
    thinking = mapping(usage.get("output_tokens_details"))
    cached = mapping(usage.get("input_tokens_details"))
    return (
        counts(
            usage,
            input_tokens="input_tokens",
            output_tokens="output_tokens",
            total_tokens="total_tokens",
        )
        | counts(thinking, reasoning_tokens="reasoning_tokens")
        | counts(cached, cached_tokens="cached_tokens")
    )
