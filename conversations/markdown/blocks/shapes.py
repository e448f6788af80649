"""The blocks of a document: what stands in what, and what each is.

A block's shape never changes in place; a block that turns out to be something else (a paragraph
that becomes a table) is given another shape.
"""

from dataclasses import dataclass, field

from conversations.markdown.blocks.link_definitions import Definition


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
class Rule:
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
    | Rule
    | Code
    | Formula
    | Table
    | Row
)


@dataclass(slots=True, eq=False)
class Block:
    """A place in the tree. `number` is its place among its siblings, from 0.

    `path` tells the places from the document down to here, `3-0-2`. `html` is what the content
    became, once the block is closed for good. `defined` are the link definitions that its text
    began with, and `unused` what is shown of those that nothing cites.
    """

    shape: Shape
    parent: "Block | None" = None
    number: int = 0
    children: list["Block"] = field(default_factory=list)
    open: bool = True
    ends_blank: bool = False
    loose: bool = False
    html: str | None = None
    defined: tuple[Definition, ...] = ()
    unused: str = ""
    depth: int = 0
    path: str = ""
    _content: str = ""
    _more: list[str] = field(default_factory=list)

    @property
    def content(self) -> str:
        """The source of a block that holds no others."""
        if self._more:
            self._content += "".join(self._more)
            self._more.clear()
        return self._content

    @content.setter
    def content(self, content: str) -> None:
        self._content = content
        self._more.clear()

    def extend(self, text: str) -> None:
        """Add to the content; a long one is not copied for it."""
        self._more.append(text)

    def is_empty(self) -> bool:
        """Whether there is no content yet."""
        return not self._content and not self._more

    def add(self, shape: Shape, content: str = "") -> "Block":
        """A new last child."""
        number = len(self.children)
        path = f"{self.path}-{number}" if self.path else str(number)
        child = Block(shape, self, number, depth=self.depth + 1, path=path, _content=content)
        self.children.append(child)
        return child

    def top(self) -> "Block":
        """The block of the document that this is or stands in."""
        if self.parent is None or self.parent.parent is None:
            return self
        return self.parent.top()

    def holds(self, shape: Shape) -> bool:
        """Whether such a block may stand directly in this one."""
        match self.shape:
            case Document() | Quote() | Item() | Footnote():
                return not isinstance(shape, Item | Row)
            case List():
                return isinstance(shape, Item)
            case Table():
                return isinstance(shape, Row)
        return False

    def ends_in_blank_line(self) -> bool:
        """Whether a blank line lies between this block and a sibling that would follow now."""
        if self.ends_blank or not isinstance(self.shape, List | Item) or not self.children:
            return self.ends_blank
        return self.children[-1].ends_in_blank_line()
