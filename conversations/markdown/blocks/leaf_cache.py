"""What has been read of leaves already and would otherwise be read once more."""

from typing import Protocol

from conversations.markdown.blocks.block import Block
from conversations.markdown.blocks.leaf_blocks import leaf_html
from conversations.markdown.blocks.tables import MOST_COLUMNS
from conversations.markdown.inline.reader import References
from conversations.markdown.inline.segments import text_html

VIEWS = 3


class OpenLeaf(Protocol):
    """A leaf that is being written, as it is shown by somebody who has read most of it."""

    block: Block

    def html(self) -> str:
        """The block's element with the tail in it."""

    def inside(self, block: Block) -> str | None:
        """The inside of the same block once it is closed, if what has been read helps."""


class LeafCache:
    """Renders closed leaves and cells; one that was just shown half-written costs little."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._open: dict[str, OpenLeaf] = {}
        self._cells: dict[tuple[str, object], str] = {}
        self._last: tuple[tuple[object, ...], str] = ((), "")

    def html(self, block: Block) -> str:
        """The inside of a closed leaf; an earlier view of it may have done most of that."""
        path = block.path
        key = (path, block.shape, block.content, self._references.version)
        if self._last[0] != key:
            known = self._open.get(path)
            html = known.inside(block) if known is not None else None
            if html is None:
                html = leaf_html(block, self._references)
            self._last = (key, html)
        return self._last[1]

    def cell(self, source: str) -> str:
        """A cell that stands before the one that is being written."""
        key = (source, self._references.version)
        if key not in self._cells:
            if len(self._cells) > MOST_COLUMNS:
                self._cells.clear()
            self._cells[key] = text_html(source, self._references)
        return self._cells[key]

    def remember(self, leaf: OpenLeaf) -> None:
        """Keep a view until two others have followed it: its block may just have been closed."""
        path = leaf.block.path
        self._open.pop(path, None)
        self._open[path] = leaf
        if len(self._open) > VIEWS:
            del self._open[next(iter(self._open))]
