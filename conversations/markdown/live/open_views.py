"""Which view shows a block: text and code are followed, what is small is shown anew."""

import re

from conversations.markdown.blocks.block import Block
from conversations.markdown.blocks.display_formulas import without_half_closer
from conversations.markdown.blocks.leaf_blocks import cells_html, formula_tex, row_align
from conversations.markdown.blocks.shapes import (
    Code,
    Formula,
    Heading,
    Paragraph,
    Row,
    Table,
    ThematicBreak,
)
from conversations.markdown.blocks.tables import LONGEST_ROW, MOST_COLUMNS, cells
from conversations.markdown.blocks.writer import BlockWriter
from conversations.markdown.inline.mathml import source_html
from conversations.markdown.inline.segments import Segments
from conversations.markdown.live.code_view import CodeView
from conversations.markdown.live.text_view import TextView
from conversations.markdown.live.view import OpenView, WholeView, with_tail


def view_of(block: Block, writer: BlockWriter, before: OpenView | None = None) -> OpenView:
    """A view of the innermost last block in this one, with what an earlier one has read."""
    while block.children:
        block = block.children[-1]
    earlier = before if before is not None and before.block.path == block.path else None
    view = _view(block, writer, earlier)
    writer.leaves.remember(view)
    return view


def _view(block: Block, writer: BlockWriter, earlier: OpenView | None) -> OpenView:
    if not block.open:
        return closed_view(block, writer)
    match block.shape:
        case Paragraph() if looks_like_header(block):
            return header_view(block, writer)
        case Paragraph() | Heading():
            return TextView(block, writer, earlier)
        case Code():
            return CodeView(block, writer, earlier)
        case Formula():
            return formula_view(block, writer)
        case Row():
            return row_view(block, writer)
    return closed_view(block, writer)


def half_text(source: str, writer: BlockWriter) -> tuple[str, int]:
    """A half-written text with the tail in it, and how many plain characters may be appended."""
    segments = Segments()
    segments.settle(source, writer.references)
    rest, room = segments.half_end(source, writer.references)
    return writer.with_notes("".join(segments.html)) + with_tail(rest, writer), room


def row_view(block: Block, writer: BlockWriter) -> WholeView:
    """A row of which the last cell is being written."""
    parts = cells(block.content, whole=False)
    inside, room = _half_cells(parts, writer)
    html = writer.wrap(block, cells_html(inside, row_align(block), "td"), live=True)
    return WholeView(block, html, writer, room)


def header_view(block: Block, writer: BlockWriter) -> WholeView:
    """A paragraph that looks like the header of a table, before the line that makes it one."""
    inside, room = _half_cells(cells(block.content, whole=False), writer)
    html = writer.table(block, cells_html(inside, (), "th"), "", live=True)
    return WholeView(block, html, writer, room)


def formula_view(block: Block, writer: BlockWriter) -> WholeView:
    """A formula that is being written: its source."""
    source = without_half_closer(formula_tex(block))
    html = writer.wrap(block, source_html(source, writer.tail), live=True)
    return WholeView(block, html, writer)


def closed_view(block: Block, writer: BlockWriter) -> WholeView:
    """A block that is closed while what it stands in is open, or one that is still empty."""
    match block.shape:
        case ThematicBreak():
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


def _half_cells(parts: list[str], writer: BlockWriter) -> tuple[list[str], int]:
    """The cells of a half-written row; the tail stands in the last."""
    empty = len(parts) > 1 and not parts[-1]
    if empty:
        parts = parts[:-1]
    last, room = half_text(parts[-1] if parts else "", writer)
    inside = [writer.with_notes(writer.leaves.cell(part)) for part in parts[:-1]]
    return [*inside, last], 0 if empty else room


def _before_last(end: str, html: str, tail: str) -> str:
    """The HTML with the tail before the last place that looks like this end."""
    place = [match.start() for match in re.finditer(end, html)][-1]
    return html[:place] + tail + html[place:]
