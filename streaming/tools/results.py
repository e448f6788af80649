"""What a call came to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ToolResult:
    """`text` is for the model and for readers: data, never HTML.

    `pictures` are pairs of media type and bytes, as the server said them. With `may_have_run` false
    the tool certainly did nothing: it can be called again.
    """

    text: str
    is_error: bool = False
    pictures: tuple[tuple[str, bytes], ...] = ()
    may_have_run: bool = True
