"""Text to a tree of blocks, a line at a time.

This is the strategy that the CommonMark specification describes in its appendix: a line first
continues the blocks that are open, then may start new ones, and what is left of it is text.
A line costs as much as the tree is deep, however long the document is. Blocks are decided on
whole lines; the last, half-written line is read on trial and taken back when more of it comes.
"""

from conversations.markdown.blocks.block import Block
from conversations.markdown.blocks.continuation import BlockContinuation, continuation_of
from conversations.markdown.blocks.display_formulas import (
    before_display,
    is_end_of_sentence,
    split_at_closer,
)
from conversations.markdown.blocks.hold_back import HoldBack, is_undecided
from conversations.markdown.blocks.openers import OpenerOutcome, open_block
from conversations.markdown.blocks.scanner import LineScanner
from conversations.markdown.blocks.shapes import (
    Code,
    Formula,
    Heading,
    Item,
    Paragraph,
    Quote,
    Row,
    Shape,
    Table,
    ThematicBreak,
)
from conversations.markdown.blocks.tree import BlockTree

# Closes no fence: text is rid of it before it comes here.
NEVER = "\x00"


class BlockParser:
    """Reads lines into the tree. While `flat`, everything is paragraphs."""

    def __init__(self) -> None:
        self.tree = BlockTree()
        self.flat = False

    def read(self, line: str, *, whole: bool = True) -> None:
        """Take in a line without its end; raise HoldBack if a half line says too little."""
        scanner = LineScanner(line, whole=whole)
        tree = self.tree
        block = self._descend(scanner)
        if block is None:
            return
        tree.match(block)
        block, outcome = self._start(scanner, block)
        if tree.unmatched and not scanner.blank and isinstance(tree.tip.shape, Paragraph):
            self._add_text(tree.tip, scanner)
        else:
            tree.close_unmatched()
            _note_blank(block, scanner, fresh=outcome is OpenerOutcome.INSIDE)
            if outcome is not OpenerOutcome.WHOLE:
                self._add(block, scanner)
        if whole and _needs_no_more(tree.tip.shape):
            tree.close(tree.tip)

    def take_verbatim(self) -> None:
        """Take everything that follows as it is, without reading it."""
        self.tree.close_all()
        self.tree.add(Code(fence=NEVER))

    def _descend(self, scanner: LineScanner) -> Block | None:
        """The innermost open block that the line continues; None if the line ended one."""
        block = self.tree.document
        while block.children and block.children[-1].open:
            child = block.children[-1]
            answer = continuation_of(child, scanner)
            if self.flat and isinstance(child.shape, Table):
                answer = BlockContinuation.NO
            if answer is BlockContinuation.UNDECIDED:
                raise HoldBack
            if answer is BlockContinuation.ENDS:
                self.tree.close(child)
                return None
            if answer is BlockContinuation.NO:
                break
            block = child
        return block

    def _start(self, scanner: LineScanner, block: Block) -> tuple[Block, OpenerOutcome]:
        """Start what the line starts."""
        last = OpenerOutcome.NO
        while not (isinstance(block.shape, Code | Formula) or self.flat):
            if not scanner.whole and is_undecided(block, self.tree.tip, scanner):
                raise HoldBack
            outcome = open_block(self.tree, scanner, block)
            if outcome is OpenerOutcome.NO:
                break
            block, last = self.tree.tip, outcome
            if outcome is not OpenerOutcome.INSIDE:
                break
        return block, last

    def _add(self, block: Block, scanner: LineScanner) -> None:
        """Put what is left of the line where it belongs."""
        match block.shape:
            case Paragraph():
                self._add_text(block, scanner)
            case Code():
                block.extend(scanner.remainder() + "\n" * scanner.whole)
            case Formula():
                self._add_formula(block, scanner)
            case Table() if not scanner.blank:
                self.tree.add(Row(), scanner.rest)
            case _ if not scanner.blank:
                self._add_text(self.tree.add(Paragraph()), scanner)

    def _add_text(self, block: Block, scanner: LineScanner) -> None:
        """Add a line to a paragraph; a mark at its end begins a formula on the lines below."""
        before = before_display(scanner.rest) if scanner.whole and not self.flat else None
        block.extend("" if block.is_empty() else "\n")
        block.extend(scanner.rest if before is None else before)
        if before is not None:
            self.tree.close(block)
            self.tree.add(Formula("\\[", "\\]"))

    def _add_formula(self, block: Block, scanner: LineScanner) -> None:
        shape, whole = block.shape, scanner.whole
        assert isinstance(shape, Formula)
        line = scanner.remainder()
        parts = split_at_closer(line, shape.closer)
        text, rest = (line, "") if parts is None else parts
        inside = parts is not None and is_end_of_sentence(rest)
        block.extend("" if block.is_empty() else "\n")
        block.extend(text + rest.strip() if inside and whole else text)
        if parts is not None and (whole or not inside):
            block.shape = Formula(shape.opener, shape.closer, closed=True)
        if parts is not None and not inside:
            self.tree.close(block)
            self.tree.add(Paragraph(), rest.lstrip())


def _needs_no_more(shape: Shape) -> bool:
    return isinstance(shape, Heading | ThematicBreak | Row) or (
        isinstance(shape, Formula) and shape.closed
    )


def _note_blank(block: Block, scanner: LineScanner, *, fresh: bool) -> None:
    """Remember whether this line was blank: a blank line between items makes a list loose."""
    if scanner.blank and block.children:
        block.children[-1].ends_blank = True
    empty_item = isinstance(block.shape, Item) and not block.children and fresh
    fenced = isinstance(block.shape, Formula) or (
        isinstance(block.shape, Code) and block.shape.fence
    )
    blank = scanner.blank and not (isinstance(block.shape, Quote) or fenced or empty_item)
    above: Block | None = block
    while above is not None:
        above.ends_blank = blank
        above = above.parent
