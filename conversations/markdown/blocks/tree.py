"""The tree of blocks as it grows: where its open end is, and how blocks are added and closed."""

import re
from dataclasses import dataclass
from typing import Any

from conversations.markdown.blocks.block import Block
from conversations.markdown.blocks.link_definitions import Definition, take_definitions
from conversations.markdown.blocks.shapes import (
    Code,
    Definitions,
    Document,
    Item,
    List,
    Paragraph,
    Shape,
)

_BLANK_LINES = re.compile(r"(?:\n[ \t]*)+\Z")


@dataclass(frozen=True, slots=True)
class TreeMark:
    """What has to be put back to forget a line."""

    tip: Block
    blocks: tuple[tuple[Block, tuple[Any, ...]], ...]
    closed: int
    definitions: int


class BlockTree:
    """The tree so far. `tip` is the innermost open block; `unmatched` says whether blocks are open
    that the line being read did not continue.

    `closed` collects the blocks that ended and `definitions` what they defined, until somebody
    takes them away.
    """

    def __init__(self) -> None:
        self.document = Block(Document())
        self.tip = self.document
        self.closed: list[Block] = []
        self.definitions: list[Definition] = []
        self._matched = self.document
        self.unmatched = False

    def match(self, block: Block) -> None:
        """The line continues the open blocks down to this one, and perhaps none below."""
        self._matched, self.unmatched = block, block is not self.tip

    def add(self, shape: Shape, content: str = "") -> Block:
        """A new block where the tip is, or in the nearest block around it that may hold it."""
        while not self.tip.holds(shape):
            self.close(self.tip)
        parent = self.tip
        if parent.children and parent.children[-1].ends_in_blank_line():
            _loosen(parent)
        self.tip = parent.add(shape, content)
        return self.tip

    def close_unmatched(self) -> None:
        """Close the blocks that the line did not continue."""
        while self.unmatched and self.tip is not self._matched:
            self.close(self.tip)
        self.unmatched = False

    def close(self, block: Block) -> None:
        """End the tip."""
        assert block.parent is not None
        block.open = False
        if isinstance(block.shape, Paragraph):
            self.take_definitions(block)
        elif isinstance(block.shape, Code) and not block.shape.fence:
            block.content = _BLANK_LINES.sub("\n", block.content)
        self.closed.append(block)
        self.tip = block.parent

    def close_all(self) -> None:
        """End every block."""
        while self.tip is not self.document:
            self.close(self.tip)

    def take_definitions(self, block: Block) -> bool:
        """Take the link definitions that a paragraph starts with out of it; is anything left?"""
        found, block.content = take_definitions(block.content)
        self.definitions += found
        block.defined += tuple(found)
        if found and not block.content.strip():
            block.shape = Definitions()
            return False
        return True

    def mark(self) -> TreeMark:
        """Remember the tree as it is now."""
        blocks = []
        block: Block | None = self.tip
        while block is not None:
            blocks.append((block, _state(block)))
            block = block.parent
        return TreeMark(self.tip, tuple(blocks), len(self.closed), len(self.definitions))

    def rewind(self, mark: TreeMark) -> None:
        """Forget every line since the mark."""
        for block, state in mark.blocks:
            block.shape, block.content, children, block.open, block.ends_blank, *rest = state
            block.loose, block.defined = rest
            del block.children[children:]
        self.tip = mark.tip
        del self.closed[mark.closed :]
        del self.definitions[mark.definitions :]


def _loosen(parent: Block) -> None:
    if isinstance(parent.shape, Item) and parent.parent is not None:
        parent = parent.parent
    if isinstance(parent.shape, List):
        parent.loose = True


def _state(block: Block) -> tuple[Any, ...]:
    return (
        block.shape,
        block.content,
        len(block.children),
        block.open,
        block.ends_blank,
        block.loose,
        block.defined,
    )
