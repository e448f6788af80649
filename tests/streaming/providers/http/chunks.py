"""Chunks of a Chat Completions stream, as servers write them."""

from __future__ import annotations

from typing import Any


def delta(finish: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": fields, "finish_reason": finish}]}


def call(index: int | None = None, id_: str = "", name: str = "", args: Any = "") -> dict[str, Any]:
    function = {"name": name, "arguments": args}
    return delta(tool_calls=[{"index": index, "id": id_, "function": function}])
