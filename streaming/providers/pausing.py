"""Answers that a provider paused while its own tools worked: how they are asked to continue.

The same request goes out again with what the model said so far as its last turn, unchanged, and
with no turn of the user after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from streaming.events import CostReported, UsageReported
from streaming.providers.base import ChatMessage, ChatRequest

Opaque = Mapping[str, Any]


def continued(request: ChatRequest, opaque: Opaque | None) -> ChatRequest | None:
    """The request for the rest of an answer of which `request` brought this so far; None if nothing
    can be sent back.
    """
    blocks = list(opaque.get("blocks", ())) if opaque else []
    if not blocks:
        return None
    blocks[-1] = _without_end(blocks[-1])
    begun = [ChatMessage("assistant", request.prefill)] if request.prefill.strip() else []
    turn = ChatMessage("assistant", said(blocks), opaque={**(opaque or {}), "blocks": blocks})
    return replace(request, messages=(*request.messages, *begun, turn), prefill="")


def said(blocks: Iterable[Mapping[str, Any]]) -> str:
    """Their text."""
    return "".join(block.get("text", "") for block in blocks if block.get("type") == "text")


def _without_end(block: Mapping[str, Any]) -> Mapping[str, Any]:
    """No last turn of a model may end in whitespace."""
    if block.get("type") != "text":
        return block
    return {**block, "text": block.get("text", "").rstrip()}


def joined(before: Opaque | None, after: Opaque | None) -> Opaque | None:
    """What later requests send back of an answer that came in two pieces."""
    if before is None or after is None:
        return before or after
    return {**after, "blocks": [*before.get("blocks", ()), *after.get("blocks", ())]}


def usage(before: UsageReported | None, after: UsageReported) -> UsageReported:
    """Of two requests together; a number that neither told is not known of both."""
    if before is None:
        return after
    names = [field.name for field in fields(after) if field.name != "partial"]
    sums = {name: _sum(getattr(before, name), getattr(after, name)) for name in names}
    return replace(after, **sums)


def cost(before: CostReported | None, after: CostReported) -> CostReported:
    """Of two requests together, in the currency of the later one."""
    if before is None or before.currency != after.currency:
        return after
    return replace(
        after,
        total=_sum(before.total, after.total),
        input=_sum(before.input, after.input),
        output=_sum(before.output, after.output),
    )


def _sum(one: Any, other: Any) -> Any:
    return other if one is None else one if other is None else one + other
