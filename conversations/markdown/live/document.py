"""Whole lines read and rendered: the part of the work that is done once.

Each leaf is rendered when it closes, in the order of the text, with the definitions known by then
and within the budget. So the outcome depends on the text alone, not on the pieces it came in.
"""

from collections.abc import Iterator

from conversations.markdown.blocks.block import Block
from conversations.markdown.blocks.leaf_blocks import leaf_html, plain_leaf_html
from conversations.markdown.blocks.link_definitions import labels_in
from conversations.markdown.blocks.parser import BlockParser
from conversations.markdown.blocks.shapes import Code, Definitions, Footnote, Formula, Paragraph
from conversations.markdown.blocks.writer import BlockWriter
from conversations.markdown.inline.footnotes import FootnoteNumbers
from conversations.markdown.inline.reader import References
from conversations.markdown.inline.segments import count_marks
from conversations.markdown.live.budget import CODE_BLOCK, ELEMENT, FORMULA, Budget
from conversations.markdown.live.closed_part import ClosedPart
from conversations.markdown.live.late_links import LateLinks
from conversations.markdown.live.unused_definitions import UnusedDefinitions

LONGEST = 200_000
PATCHES_A_LINE = 8
LONGEST_PATCH = 8_000
CODE_A_MARK = 10


class DocumentSoFar:
    """The document up to the last whole line."""

    def __init__(self, prefix: str, top: int) -> None:
        self.parser = BlockParser()
        self.tree = self.parser.tree
        self.references = References()
        self.writer = BlockWriter(prefix, self.references, top)
        self.closed = ClosedPart(prefix)
        self._budget = Budget()
        self._late = LateLinks()
        self._noted: set[int] = set()
        self._kept: set[int] = set()
        self._verbatim = False
        self._unused = UnusedDefinitions()

    @property
    def open_blocks(self) -> list[Block]:
        """The blocks of the document that are not closed for good."""
        return self.tree.document.children[len(self.closed) :]

    def read(self, line: str) -> None:
        """Take in a whole line."""
        if self._budget.read >= LONGEST and not self._verbatim:
            self._verbatim = True
            self.parser.take_verbatim()
            self._settle()
        if self._verbatim:
            self.tree.tip.extend(f"{line}\n")
            return
        self.parser.read(line)
        self._budget.read += len(line) + 1
        self._settle()
        for number in self._late.take(PATCHES_A_LINE):
            self._read_again_later(number)

    def finish(self) -> None:
        """The document is whole."""
        self.tree.close_all()
        self._settle()
        for number in self._late.take_all():
            self._read_again(self._top(number))
        self._show_unused()
        self._number_notes()

    def _settle(self) -> None:
        """Render what the line closed."""
        for block in self.tree.closed:
            self._render(block)
            if block.defined:
                self._unused.waiting.append(block)
                self._kept.add(block.top().number)
        self.tree.closed.clear()
        for definition in self.tree.definitions:
            if definition.label not in self.references.links:
                link = {"href": definition.href, "title": definition.title}
                self.references.links[definition.label] = link
                self._late.defined(definition.label)
        self.tree.definitions.clear()
        self.parser.flat = self._budget.exhausted
        for block in self.open_blocks:
            if block.open:
                break
            self._close(block)

    def _render(self, block: Block) -> None:
        if block.children and block.html is None:
            self._budget.spend("")
            return
        self._budget.marks += _work(block)
        if self._budget.exhausted:
            block.html = plain_leaf_html(block)
        else:
            html = self.writer.leaves.html(block)
            block.html = html if len(html) <= self._budget.left else plain_leaf_html(block)
        self._budget.spend(block.html, _around(block))
        if "[" in block.content and not isinstance(block.shape, Code | Formula):
            self._wait_for_links(block, block.content)

    def _wait_for_links(self, block: Block, text: str) -> None:
        number = block.top().number
        cited = labels_in(text)
        self._unused.cite(text, cited)
        labels = cited - self.references.links.keys()
        if "[^" in text:
            self._noted.add(number)
            self._kept.add(number)
        if labels:
            self._kept.add(number)
            self._late.wait(number, labels)

    def _close(self, block: Block) -> None:
        self.closed.add(self.writer.closed(block))
        if block.number not in self._kept and not isinstance(block.shape, Footnote):
            block.children, block.content, block.html = [], "", None

    def _top(self, number: int) -> Block:
        return self.tree.document.children[number]

    def _read_again_later(self, number: int) -> None:
        """Now if it is closed and short; else at the end."""
        if number < len(self.closed) and len(self.closed[number]) <= LONGEST_PATCH:
            self._read_again(self._top(number))
        else:
            self._late.put_back(number)

    def _read_again(self, top: Block) -> None:
        for leaf in leaves(top):
            if "[" not in leaf.content or leaf.html is None:
                continue
            self._budget.marks += count_marks(leaf.content)
            if self._budget.exhausted:
                break
            html = leaf_html(leaf, self.references)
            more = len(html) - len(leaf.html)
            if more <= self._budget.left:
                leaf.html = html
                self._budget.spent += max(0, more)
        self.closed.replace(top.number, self.writer.closed(top))

    def _show_unused(self) -> None:
        """A definition that nothing cites is shown where it stands."""
        if not self._unused.waiting:
            return
        page = [self.closed[number] for number in range(len(self.closed))]
        for block, html in self._unused.uncited(page):
            if isinstance(block.shape, Definitions):
                block.shape = Paragraph()
            block.unused = html
            self._budget.spend(html)
            top = block.top()
            self.closed.replace(top.number, self.writer.closed(top))

    def _number_notes(self) -> None:
        """Footnotes stand at the end, in the order in which they are referred to."""
        tops = self.tree.document.children
        notes = [top for top in tops if isinstance(top.shape, Footnote)]
        if not notes and not self._noted:
            return
        by_label = {_label(note): note for note in reversed(notes)}
        self.references.footnotes = FootnoteNumbers(frozenset(by_label))
        for number in sorted(self._noted):
            if not isinstance(tops[number].shape, Footnote):
                self._read_again(tops[number])
        ordered = self._in_order(self.references.footnotes.order, by_label)
        referred = {note.number for note in ordered}
        ordered += [note for note in notes if note.number not in referred]
        for note in notes:
            self.closed.remove(note.number)
        if ordered:
            self.closed.add(self.writer.notes(ordered, len(self.closed), len(referred)))

    def _in_order(self, order: list[str], by_label: dict[str, Block]) -> list[Block]:
        """The footnotes that are referred to; reading one may add others to the order."""
        ordered: list[Block] = []
        for label in order:
            ordered.append(by_label[label])
            self._read_again(by_label[label])
        return ordered


def leaves(block: Block) -> Iterator[Block]:
    """The innermost blocks, and tables for their headers."""
    if block.html is not None:
        yield block
    for child in block.children:
        yield from leaves(child)


def _work(block: Block) -> int:
    """What it costs to read a leaf, in marks."""
    if isinstance(block.shape, Code):
        return len(block.content) // CODE_A_MARK if block.shape.language else 0
    return count_marks(block.content)


def _label(block: Block) -> str:
    assert isinstance(block.shape, Footnote)
    return block.shape.label


def _around(block: Block) -> int:
    """About how many characters of HTML stand around what is in a block."""
    match block.shape:
        case Code():
            return CODE_BLOCK
        case Formula():
            return FORMULA
    return ELEMENT
