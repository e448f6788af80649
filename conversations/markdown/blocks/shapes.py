"""The shapes of blocks: what each is.

A shape never changes in place: a block that turns out to be something else, as a paragraph that
becomes a table, is given another shape.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """The root: everything stands in it."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Lines that start with `>`."""


@dataclass(frozen=True, slots=True)
class List:
    """Items with the same mark: a bullet, or what stands after the number."""

    mark: str
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One item; what stands in it is indented by so many columns."""

    indent: int


@dataclass(frozen=True, slots=True)
class Footnote:
    """What `[^label]` refers to."""

    label: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of text."""


@dataclass(frozen=True, slots=True)
class Definitions:
    """A paragraph that held nothing but link definitions: it shows nothing of those in use."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of text at a level from 1 to 6."""

    level: int


@dataclass(frozen=True, slots=True)
class ThematicBreak:
    """A line across."""


@dataclass(frozen=True, slots=True)
class Code:
    """Source code: fenced, or indented when there is no fence; `info` follows the language."""

    language: str = ""
    fence: str = ""
    indent: int = 0
    info: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    """TeX between marks on lines of its own; the closing mark may still be missing."""

    opener: str
    closer: str
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header; the alignments are "left", "center", "right" or ""."""

    header: str
    align: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table."""


Shape = (
    Document
    | Quote
    | List
    | Item
    | Footnote
    | Paragraph
    | Definitions
    | Heading
    | ThematicBreak
    | Code
    | Formula
    | Table
    | Row
)
