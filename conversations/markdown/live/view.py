"""What the page shows of the innermost last block, where text continues.

A view knows what to do when its block has grown. If what was added is plain text, that is one
AppendText, and nothing is read again.
"""

import re
from html import unescape
from typing import Protocol

from conversations.markdown.blocks.block import Block
from conversations.markdown.blocks.leaf_cache import OpenLeaf
from conversations.markdown.blocks.shapes import Row
from conversations.markdown.blocks.writer import BlockWriter
from conversations.markdown.code.highlight import escaped
from conversations.markdown.inline.placeholders import TAIL
from conversations.markdown.inline.segments import MARK, count_marks
from conversations.markdown.live.operations import Append, AppendText, Operation, Remove, Replace

# What cannot begin, end or change anything in a text that is under way. A slash counts, and an
# exclamation mark and an underscore, where its neighbours are here to say that it means nothing.
_LETTERS = r"[^\n!*_`\[\]<>&$\\~/|#]*+"
_HARMLESS = r"(?<=[^:/])/|!(?=[^\[])|(?<=[A-Za-z\d])_(?=[A-Za-z\d])"
_PLAIN = re.compile(rf"{_LETTERS}(?:(?:{_HARMLESS}){_LETTERS})*+")


def room_after(text: str, room: int) -> int | None:
    """How much of this room for plain text is left after this; None if it is not such text."""
    left = room - len(text) - (MARK - 1) * count_marks(text)
    return left if left > 0 and _PLAIN.fullmatch(text) else None


class OpenView(OpenLeaf, Protocol):
    """What the page shows of a block, and how to follow it."""

    def append(self, text: str) -> bool:
        """Take in text that needs nothing but to be appended; False if this is not such text."""

    def follow(self, before: "OpenView") -> list[Operation]:
        """What turns the page from what an earlier view of the same place shows to this."""


class WholeView:
    """A small block, shown anew when it has changed."""

    def __init__(self, block: Block, html: str, writer: BlockWriter, room: int = 0) -> None:
        self.block = block
        self._writer = writer
        self._html = html
        self._room = room

    def html(self) -> str:
        return self._html

    def append(self, text: str) -> bool:
        left = room_after(text, self._room)
        if left is None:
            return False
        self._room = left
        self._html = with_text(self._html, text, self._writer.tail)
        return True

    def follow(self, before: OpenView) -> list[Operation]:
        return change(before.html(), self._html, self.block, self._writer)

    def inside(self, block: Block) -> str | None:
        return None


def with_tail(html: str, writer: BlockWriter) -> str:
    """The HTML with the tail's element where its mark stands."""
    before, mark, after = writer.with_notes(html).partition(TAIL)
    return before + writer.tail + after.replace(TAIL, "") if mark else html + writer.tail


def with_text(html: str, text: str, tail: str) -> str:
    """The HTML with more text before its tail."""
    return html.replace(tail, escaped(text).replace("\xa0", "&nbsp;") + tail)


def replaced(block: Block, html: str, writer: BlockWriter) -> list[Operation]:
    """The block's element anew.

    A row is always the last, so it is taken away and added again, with the table that a browser
    needs to read it in.
    """
    name = writer.id_of(block)
    if isinstance(block.shape, Row) and block.parent is not None:
        return [Remove(name), Append(f"{writer.id_of(block.parent)}-table", html, "table")]
    return [Replace(name, html)]


def change(
    before: str, after: str, block: Block, writer: BlockWriter, part: str = ""
) -> list[Operation]:
    """The smallest operation that turns one look of a block, or of a part of it, into another."""
    if before == after:
        return []
    start, _, end = before.partition(writer.tail)
    new_start, _, new_end = after.partition(writer.tail)
    added = new_start.removeprefix(start)
    if end == new_end and new_start.startswith(start) and "<" not in added:
        return [AppendText(unescape(added))]
    return [Replace(writer.id_of(block) + part, after)] if part else replaced(block, after, writer)
