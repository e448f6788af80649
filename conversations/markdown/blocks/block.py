"""A block: a place in the tree of a document, with what stands in it."""

from dataclasses import dataclass, field

from conversations.markdown.blocks.link_definitions import Definition
from conversations.markdown.blocks.shapes import (
    Document,
    Footnote,
    Item,
    List,
    Quote,
    Row,
    Shape,
    Table,
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
