"""A paragraph or heading that is being written."""

from conversations.markdown.blocks.block import Block
from conversations.markdown.blocks.leaf_blocks import leaf_html, task_box
from conversations.markdown.blocks.link_definitions import (
    looks_like_definition,
    may_be_definition,
    take_definitions,
)
from conversations.markdown.blocks.writer import BlockWriter
from conversations.markdown.inline.segments import Segments
from conversations.markdown.live.operations import Append, Operation, Replace
from conversations.markdown.live.view import OpenView, change, room_after, with_tail, with_text


class TextView:
    """A paragraph or heading: a settled beginning, and a rest that is read again as it grows."""

    def __init__(self, block: Block, writer: BlockWriter, before: OpenView | None) -> None:
        self.block = block
        self._writer = writer
        self._box, text = task_box(block)
        text, complete = _shown_text(text)
        known = before.segments if isinstance(before, TextView) else None
        self._carried = known is not None and known.begins(text)
        self.segments: Segments = known if known is not None and self._carried else Segments()
        self._added = self.segments.settle(text, writer.references)
        rest, room = self.segments.half_end(text, writer.references)
        self._room = room if complete else 0
        self._rest = with_tail(rest, writer)

    def html(self) -> str:
        name = self._writer.id_of(self.block)
        settled = self._writer.with_notes("".join(self.segments.html))
        inside = f'<span id="{name}-settled">{settled}</span>{self._rest_html()}'
        return self._writer.wrap(self.block, self._box + inside, live=True)

    def append(self, text: str) -> bool:
        left = room_after(text, self._room)
        if left is None:
            return False
        self._room = left
        self._rest = with_text(self._rest, text, self._writer.tail)
        return True

    def follow(self, before: OpenView) -> list[Operation]:
        name = self._writer.id_of(self.block)
        if not isinstance(before, TextView) or not self._carried:
            return [Replace(name, self.html())]
        added: list[Operation] = []
        if self._added:
            html = self._writer.with_notes("".join(self._added))
            added.append(Append(f"{name}-settled", html, "span"))
        rest = change(before._rest_html(), self._rest_html(), self.block, self._writer, "-rest")
        return added + rest

    def inside(self, block: Block) -> str | None:
        return leaf_html(block, self._writer.references, self.segments)

    def _rest_html(self) -> str:
        return f'<span id="{self._writer.id_of(self.block)}-rest">{self._rest}</span>'


def _shown_text(text: str) -> tuple[str, bool]:
    """The text without definitions, and whether it is shown to its end.

    What may be a definition is not, nor a last line that may be a table's header. Nor does a
    text count that looks like a definition: any character may make it one.
    """
    if text.startswith("["):
        found, text = take_definitions(text)
        if found or looks_like_definition(text):
            return "" if may_be_definition(text) else text, False
    before, line_end, last = text.rpartition("\n")
    return (before, False) if line_end and last.startswith("|") else (text, True)
