"""What a browser has to do so that it shows the answer as it stands.

Targets are element ids inside the answer. Text is plain text; html has been sanitised.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AppendText:
    """Add text to the text node of the tail; it is never parsed as HTML."""

    text: str


@dataclass(frozen=True, slots=True)
class SetOpen:
    """Show this instead of the open block."""

    html: str


@dataclass(frozen=True, slots=True)
class Append:
    """Add html at the end inside the target; wrapper is the element it has to be read in.

    Every operation can be read after any other: none starts with a part of a table.
    """

    target: str
    html: str
    wrapper: str = "div"


@dataclass(frozen=True, slots=True)
class Replace:
    """Put html, whose root carries the same id, in the place of the target."""

    target: str
    html: str


@dataclass(frozen=True, slots=True)
class Remove:
    """Take the target away."""

    target: str


Operation = AppendText | SetOpen | Append | Replace | Remove
