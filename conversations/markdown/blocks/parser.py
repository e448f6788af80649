"""Text to a tree of blocks, a line at a time.

This is the strategy that the CommonMark specification describes in its appendix: a line first
goes on with the blocks that are open, then may start new ones, and what is left of it is text.
A line costs as much as the tree is deep, however long the document is. Blocks are decided on
whole lines; the last, half-written line is read on trial and taken back when more of it comes.
"""

import re
from dataclasses import dataclass
from typing import Any

from conversations.markdown.blocks.block import Block
from conversations.markdown.blocks.continuation import GoesOn, goes_on
from conversations.markdown.blocks.display_formulas import (
    before_display,
    is_end_of_sentence,
    split_at_closer,
)
from conversations.markdown.blocks.hold_back import undecided
from conversations.markdown.blocks.link_definitions import Definition, take_definitions
from conversations.markdown.blocks.openers import Started, start
from conversations.markdown.blocks.scanner import Cursor
from conversations.markdown.blocks.shapes import (
    Code,
    Definitions,
    Document,
    Formula,
    Heading,
    Item,
    List,
    Paragraph,
    Quote,
    Row,
    Rule,
    Shape,
    Table,
)

# Closes no fence: text is rid of it before it comes here.
NEVER = "\x00"

_BLANK_LINES = re.compile(r"(?:\n[ \t]*)+\Z")


class Undecided(Exception):
    """A half-written line may still become this or that."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What has to be put back to forget a line."""

    tip: Block
    blocks: tuple[tuple[Block, tuple[Any, ...]], ...]
    closed: int
    definitions: int


class Parser:
    """The tree so far. `tip` is the innermost open block.

    `closed` collects the blocks that ended and `definitions` what they defined, until somebody
    takes them away. `whole` says whether the line being read is; while `flat`, everything is
    paragraphs.
    """

    def __init__(self) -> None:
        self.document = Block(Document())
        self.tip = self.document
        self.closed: list[Block] = []
        self.definitions: list[Definition] = []
        self.whole = True
        self.flat = False
        self._matched = self.document
        self._unmatched = False

    def read(self, line: str, *, whole: bool = True) -> None:
        """Take in a line without its end; raise Undecided if a half line says too little."""
        self.whole = whole
        cursor = Cursor(line)
        block = self._descend(cursor, whole=whole)
        if block is None:
            return
        self._matched, self._unmatched = block, block is not self.tip
        block, started = self._start(cursor, block, whole=whole)
        if self._unmatched and not cursor.blank and isinstance(self.tip.shape, Paragraph):
            self._add_text(self.tip, cursor, whole=whole)
        else:
            self.close_unmatched()
            _note_blank(block, cursor, fresh=started is Started.INSIDE)
            if started is not Started.WHOLE:
                self._add(block, cursor, whole=whole)
        if whole and _needs_no_more(self.tip.shape):
            self.close(self.tip)

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
        """Close the blocks that the line did not go on with."""
        while self._unmatched and self.tip is not self._matched:
            self.close(self.tip)
        self._unmatched = False

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

    def pour(self) -> None:
        """Take everything that follows as it is, without reading it."""
        self.close_all()
        self.add(Code(fence=NEVER))

    def mark(self) -> Mark:
        """Remember the tree as it is now."""
        blocks = []
        block: Block | None = self.tip
        while block is not None:
            blocks.append((block, _state(block)))
            block = block.parent
        return Mark(self.tip, tuple(blocks), len(self.closed), len(self.definitions))

    def rewind(self, mark: Mark) -> None:
        """Forget every line since the mark."""
        for block, state in mark.blocks:
            block.shape, block.content, children, block.open, block.ends_blank, *rest = state
            block.loose, block.defined = rest
            del block.children[children:]
        self.tip = mark.tip
        del self.closed[mark.closed :]
        del self.definitions[mark.definitions :]

    def _descend(self, cursor: Cursor, *, whole: bool) -> Block | None:
        """The innermost open block that the line goes on with; None if the line ended one."""
        block = self.document
        while block.children and block.children[-1].open:
            child = block.children[-1]
            answer = goes_on(child, cursor, whole=whole)
            if self.flat and isinstance(child.shape, Table):
                answer = GoesOn.NO
            if answer is GoesOn.UNDECIDED:
                raise Undecided
            if answer is GoesOn.ENDS:
                self.close(child)
                return None
            if answer is GoesOn.NO:
                break
            block = child
        return block

    def _start(self, cursor: Cursor, block: Block, *, whole: bool) -> tuple[Block, Started]:
        """Start what the line starts."""
        last = Started.NO
        while not (isinstance(block.shape, Code | Formula) or self.flat):
            if not whole and undecided(block, self.tip, cursor):
                raise Undecided
            started = start(self, cursor, block)
            if started is Started.NO:
                break
            block, last = self.tip, started
            if started is not Started.INSIDE:
                break
        return block, last

    def _add(self, block: Block, cursor: Cursor, *, whole: bool) -> None:
        """Put what is left of the line where it belongs."""
        match block.shape:
            case Paragraph():
                self._add_text(block, cursor, whole=whole)
            case Code():
                block.extend(cursor.remainder() + "\n" * whole)
            case Formula():
                self._add_formula(block, cursor, whole=whole)
            case Table() if not cursor.blank:
                self.add(Row(), cursor.rest)
            case _ if not cursor.blank:
                self._add_text(self.add(Paragraph()), cursor, whole=whole)

    def _add_text(self, block: Block, cursor: Cursor, *, whole: bool) -> None:
        """Add a line to a paragraph; a mark at its end begins a formula on the lines below."""
        before = before_display(cursor.rest) if whole and not self.flat else None
        block.extend("" if block.is_empty() else "\n")
        block.extend(cursor.rest if before is None else before)
        if before is not None:
            self.close(block)
            self.add(Formula("\\[", "\\]"))

    def _add_formula(self, block: Block, cursor: Cursor, *, whole: bool) -> None:
        shape = block.shape
        assert isinstance(shape, Formula)
        line = cursor.remainder()
        parts = split_at_closer(line, shape.closer)
        text, rest = (line, "") if parts is None else parts
        inside = parts is not None and is_end_of_sentence(rest)
        block.extend("" if block.is_empty() else "\n")
        block.extend(text + rest.strip() if inside and whole else text)
        if parts is not None and (whole or not inside):
            block.shape = Formula(shape.opener, shape.closer, closed=True)
        if parts is not None and not inside:
            self.close(block)
            self.add(Paragraph(), rest.lstrip())


def _needs_no_more(shape: Shape) -> bool:
    return isinstance(shape, Heading | Rule | Row) or (isinstance(shape, Formula) and shape.closed)


def _note_blank(block: Block, cursor: Cursor, *, fresh: bool) -> None:
    """Remember whether this line was blank: a blank line between items makes a list loose."""
    if cursor.blank and block.children:
        block.children[-1].ends_blank = True
    empty_item = isinstance(block.shape, Item) and not block.children and fresh
    fenced = isinstance(block.shape, Formula) or (
        isinstance(block.shape, Code) and block.shape.fence
    )
    blank = cursor.blank and not (isinstance(block.shape, Quote) or fenced or empty_item)
    above: Block | None = block
    while above is not None:
        above.ends_blank = blank
        above = above.parent


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
