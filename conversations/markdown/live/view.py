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
from conversations.markdown.live.operations import Append, AppendText, Operation, Remove, Replace

# What cannot begin, end or change anything in a text that is under way.
PLAIN = re.compile(r"[^\n!*_`\[\]<>&$\\~:/|#]*")


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
        if len(text) >= self._room or not PLAIN.fullmatch(text):
            return False
        self._room -= len(text)
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
