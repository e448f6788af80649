"""What the calls of an answer brought, as its message keeps it with them. Pure.

A call that has no result yet, or will never have one, has no `result`; pictures that came with one
are rows as in its `parts`: `file` is the id of a file, besides its `name` and its size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Result(NamedTuple):
    text: str = ""
    pictures: tuple[Mapping[str, Any], ...] = ()


def result_of(kept: Sequence[Mapping[str, Any]], number: int) -> Result:
    """Of the call of this number among those that a message keeps."""
    call = kept[number] if 0 <= number < len(kept) else {}
    return Result(call.get("result") or "", tuple(call.get("pictures") or ()))
