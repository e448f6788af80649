"""The innermost last block on the page: where text goes on.

A view knows what the page shows of its block, and what to do when the block has grown. If what
was added is plain text that is one AppendText, and nothing is read again.
"""

import re
from html import unescape
from typing import Protocol

from conversations.markdown.blocks.block import Block
from conversations.markdown.blocks.display_formulas import without_half_closer
from conversations.markdown.blocks.leaf_blocks import (
    cells_html,
    formula_tex,
    leaf_html,
    row_align,
    task_box,
)
from conversations.markdown.blocks.link_definitions import (
    looks_like_definition,
    may_be_definition,
    take_definitions,
)
from conversations.markdown.blocks.shapes import Code, Formula, Heading, Paragraph, Row, Rule, Table
from conversations.markdown.blocks.tables import LONGEST_ROW, MOST_COLUMNS, cells
from conversations.markdown.blocks.writer import Writer
from conversations.markdown.code.highlight import escaped
from conversations.markdown.inline.mathml import source_html
from conversations.markdown.inline.placeholders import TAIL
from conversations.markdown.inline.segments import Segments
from conversations.markdown.live.operations import (
    Append,
    AppendText,
    Operation,
    Remove,
    Replace,
)

# What cannot begin, end or change anything in a text that is under way.
_PLAIN = re.compile(r"[^\n!*_`\[\]<>&$\\~:/|#]*")


class View(Protocol):
    """What the page shows of a block, and how to follow it."""

    block: Block

    def html(self) -> str:
        """The block's element with the tail in it."""

    def append(self, text: str) -> bool:
        """Take in text that needs nothing but to be appended; False if this is not such text."""

    def follow(self, before: "View") -> list[Operation]:
        """What turns the page from what an earlier view of the same place shows to this."""

    def inside(self, block: Block) -> str | None:
        """The inside of the same block once it is closed, if what has been read helps."""


class WholeView:
    """A small block, shown anew when it has changed."""

    def __init__(self, block: Block, html: str, writer: Writer, room: int = 0) -> None:
        self.block = block
        self._writer = writer
        self._html = html
        self._room = room

    def html(self) -> str:
        return self._html

    def append(self, text: str) -> bool:
        if len(text) >= self._room or not _PLAIN.fullmatch(text):
            return False
        self._room -= len(text)
        self._html = _with_text(self._html, text, self._writer.tail)
        return True

    def follow(self, before: View) -> list[Operation]:
        return _change(before.html(), self._html, self.block, self._writer)

    def inside(self, block: Block) -> str | None:
        return None


class TextView:
    """A paragraph or heading: a settled beginning, and a rest that is read again as it grows."""

    def __init__(self, block: Block, writer: Writer, before: View | None) -> None:
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
        if len(text) >= self._room or not _PLAIN.fullmatch(text):
            return False
        self._room -= len(text)
        self._rest = _with_text(self._rest, text, self._writer.tail)
        return True

    def follow(self, before: View) -> list[Operation]:
        name = self._writer.id_of(self.block)
        if not isinstance(before, TextView) or not self._carried:
            return [Replace(name, self.html())]
        added: list[Operation] = []
        if self._added:
            html = self._writer.with_notes("".join(self._added))
            added.append(Append(f"{name}-settled", html, "span"))
        rest = _change(before._rest_html(), self._rest_html(), self.block, self._writer, "-rest")
        return added + rest

    def inside(self, block: Block) -> str | None:
        return leaf_html(block, self._writer.references, self.segments)

    def _rest_html(self) -> str:
        return f'<span id="{self._writer.id_of(self.block)}-rest">{self._rest}</span>'


def half_text(source: str, writer: Writer) -> tuple[str, int]:
    """A half-written text with the tail in it, and how many plain characters may be appended."""
    segments = Segments()
    segments.settle(source, writer.references)
    rest, room = segments.half_end(source, writer.references)
    return writer.with_notes("".join(segments.html)) + with_tail(rest, writer), room


def with_tail(html: str, writer: Writer) -> str:
    """The HTML with the tail's element where its mark stands."""
    before, mark, after = writer.with_notes(html).partition(TAIL)
    return before + writer.tail + after.replace(TAIL, "") if mark else html + writer.tail


def row_view(block: Block, writer: Writer) -> WholeView:
    """A row of which the last cell is being written."""
    parts = cells(block.content, whole=False)
    inside, room = _half_cells(parts, writer)
    html = writer.wrap(block, cells_html(inside, row_align(block), "td"), live=True)
    return WholeView(block, html, writer, room)


def header_view(block: Block, writer: Writer) -> WholeView:
    """A paragraph that looks like the header of a table, before the line that makes it one."""
    inside, room = _half_cells(cells(block.content, whole=False), writer)
    html = writer.table(block, cells_html(inside, (), "th"), "", live=True)
    return WholeView(block, html, writer, room)


def formula_view(block: Block, writer: Writer) -> WholeView:
    """A formula that is being written: its source."""
    source = without_half_closer(formula_tex(block))
    html = writer.wrap(block, source_html(source, writer.tail), live=True)
    return WholeView(block, html, writer)


def closed_view(block: Block, writer: Writer) -> WholeView:
    """A block that is closed while what it stands in goes on, or one that is still empty."""
    match block.shape:
        case Rule():
            html = f'<div id="{writer.id_of(block)}"><hr>{writer.tail}</div>'
        case Paragraph() | Heading() | Formula() | Code():
            html = writer.wrap(block, writer.inside(block) + writer.tail, live=True)
        case Row() | Table():
            html = _before_last("</t[dh]>", writer.live(block), writer.tail)
        case _:
            html = _before_last("</", writer.live(block), writer.tail)
    return WholeView(block, html, writer)


def looks_like_header(block: Block) -> bool:
    """Whether a paragraph is a single line that starts with a bar."""
    content = block.content
    short = len(content) <= LONGEST_ROW and content.count("|") <= MOST_COLUMNS
    return short and content.startswith("|") and "\n" not in content


def _half_cells(parts: list[str], writer: Writer) -> tuple[list[str], int]:
    """The cells of a half-written row; the tail stands in the last."""
    empty = len(parts) > 1 and not parts[-1]
    if empty:
        parts = parts[:-1]
    last, room = half_text(parts[-1] if parts else "", writer)
    inside = [writer.with_notes(writer.cell(part)) for part in parts[:-1]]
    return [*inside, last], 0 if empty else room


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


def _with_text(html: str, text: str, tail: str) -> str:
    return html.replace(tail, escaped(text).replace("\xa0", "&nbsp;") + tail)


def replaced(block: Block, html: str, writer: Writer) -> list[Operation]:
    """The block's element anew. A row is always the last: it can be taken away and added again,
    which a browser can read by itself; a row without its table it cannot."""
    name = writer.id_of(block)
    if isinstance(block.shape, Row) and block.parent is not None:
        return [Remove(name), Append(f"{writer.id_of(block.parent)}-table", html, "table")]
    return [Replace(name, html)]


def _change(
    before: str, after: str, block: Block, writer: Writer, part: str = ""
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


def _before_last(end: str, html: str, tail: str) -> str:
    """The HTML with the tail before the last place that looks like this end."""
    place = [match.start() for match in re.finditer(end, html)][-1]
    return html[:place] + tail + html[place:]
