"""The open part of the page: what it shows, and how to turn it into what it should show.

Only the last child of each block can change, and children can follow it. So it is enough to
remember, from the outermost block in to the innermost last one, how many children are shown.
"""

from dataclasses import dataclass

from conversations.markdown.blocks.block import Block
from conversations.markdown.blocks.leaf_blocks import is_task
from conversations.markdown.blocks.shapes import (
    Item,
    Row,
    Shape,
    Table,
)
from conversations.markdown.blocks.writer import BlockWriter
from conversations.markdown.live.open_views import view_of
from conversations.markdown.live.operations import (
    Append,
    Operation,
    Remove,
    SetOpen,
)
from conversations.markdown.live.view import OpenView, replaced


@dataclass(frozen=True, slots=True)
class Step:
    """A block on the way in: what it looks like, and how many children it shows."""

    look: tuple[Shape, bool, bool]
    children: int


class OpenPart:
    """Keeps the open part of the page."""

    def __init__(self, writer: BlockWriter) -> None:
        self.view: OpenView | None = None
        self._writer = writer
        self._shown: list[Block] = []
        self._steps: list[Step] = []
        self._on_trial: list[tuple[Block, str]] = []
        self._tail = writer.tail

    def html(self) -> str:
        """The inside of the open part."""
        if self.view is None:
            return self._tail
        return "".join(self._writer.live(block, self.view) for block in self._shown)

    def append(self, text: str) -> bool:
        """Take in text that needs nothing but to be appended; False if this is not such text."""
        return self.view is not None and self.view.append(text)

    def finish(self) -> list[Operation]:
        """Show nothing, not even where text continues."""
        self.view, self._shown, self._tail = None, [], ""
        return [SetOpen("")]

    def show(self, blocks: list[Block], on_trial: list[Block]) -> list[Operation]:
        """What makes the page show these blocks of the document and no others.

        Some may have been closed on trial, by a line of which only a half is known.
        """
        before, steps, shown = self.view, self._steps, self._shown
        overturned = any(
            _fingerprint(self._writer, block) != fingerprint
            for block, fingerprint in self._on_trial
            if blocks and block.top().number >= blocks[0].number
        )
        self._on_trial = [(block, _fingerprint(self._writer, block)) for block in on_trial]
        self.view = view_of(blocks[-1], self._writer, before) if blocks else None
        self._steps, self._shown = _steps(blocks), blocks
        if not blocks:
            return [SetOpen(self._writer.tail)] if before is not None else []
        gone = [block for block in shown if block.number < blocks[0].number]
        stay = len(shown) - len(gone)
        if before is None or overturned or not 0 < stay <= len(blocks):
            return [SetOpen(self.html())]
        operations: list[Operation] = [Remove(self._writer.id_of(block)) for block in gone]
        operations += self._refresh(blocks[stay - 1], steps, before)
        return operations + self._append_to(f"{self._writer.prefix}-open", blocks[stay:])

    def _refresh(self, block: Block, steps: list[Step], before: OpenView) -> list[Operation]:
        step, *inner = steps
        kept = step.children
        same = step.look == _look(block) and kept <= len(block.children)
        if not same or (kept == 0 and block.children):
            return replaced(block, self._writer.live(block, self.view), self._writer)
        if not inner:
            if self.view is not None and self.view.block is block:
                return self.view.follow(before)
            return replaced(block, self._writer.live(block), self._writer)
        operations = self._refresh(block.children[kept - 1], inner, before)
        return operations + self._append_to(self._inside_of(block), block.children[kept:])

    def _append_to(self, target: str, blocks: list[Block]) -> list[Operation]:
        if not blocks:
            return []
        html = "".join(self._writer.live(block, self.view) for block in blocks)
        return [Append(target, html, _wrapper(blocks[0]))]

    def _inside_of(self, block: Block) -> str:
        name = self._writer.id_of(block)
        return f"{name}-table" if isinstance(block.shape, Table) else name


def _steps(blocks: list[Block]) -> list[Step]:
    steps = []
    block = blocks[-1] if blocks else None
    while block is not None:
        steps.append(Step(_look(block), len(block.children)))
        block = block.children[-1] if block.children else None
    return steps


def _look(block: Block) -> tuple[Shape, bool, bool]:
    return block.shape, block.loose, isinstance(block.shape, Item) and is_task(block)


def _fingerprint(writer: BlockWriter, block: Block) -> str:
    """Something that is different when a block that was closed on trial has changed after all."""
    if block.open:
        return ""
    inside = "" if block.children else writer.inside(block)
    return f"{block.shape} {block.loose} {len(block.children)} {inside}"


def _wrapper(block: Block) -> str:
    match block.shape:
        case Row():
            return "table"
        case Item():
            return "ul"
    return "div"
