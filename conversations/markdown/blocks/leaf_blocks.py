"""What stands innermost, as sanitised HTML: text, cells, code and formulas that are closed."""

import re
from itertools import zip_longest

from conversations.markdown.blocks.block import Block
from conversations.markdown.blocks.display_formulas import BEGIN
from conversations.markdown.blocks.shapes import Code, Formula, Heading, Item, Paragraph, Row, Table
from conversations.markdown.blocks.tables import cells
from conversations.markdown.code.highlight import block_chunks, chunks_html, escaped
from conversations.markdown.inline.mathml import formula_html, source_html
from conversations.markdown.inline.reader import References, plain_html
from conversations.markdown.inline.sanitiser import clean_inline
from conversations.markdown.inline.segments import Segments, text_html

_TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")
_BOXES = {
    False: '<span class="task__box" role="img" aria-label="open">☐</span> ',
    True: '<span class="task__box task__box--done" role="img" aria-label="done">☑</span> ',
}


def leaf_html(block: Block, references: References, segments: Segments | None = None) -> str:
    """The inside of a closed block; the segments may hold a beginning of it."""
    match block.shape:
        case Paragraph() | Heading():
            box, text = task_box(block)
            return box + text_html(text, references, segments)
        case Code(language):
            return chunks_html(block_chunks(block.content, language))
        case Formula(closed=True):
            return clean_inline(formula_html(formula_tex(block), display=True))
        case Formula():
            return source_html(formula_source(block))
        case Table(header, align):
            return cells_html([text_html(cell, references) for cell in cells(header)], align, "th")
        case Row():
            inside = [text_html(cell, references) for cell in cells(block.content)]
            return cells_html(inside, row_align(block), "td")
    return ""


def plain_leaf_html(block: Block) -> str:
    """The inside of a closed block as it was written, where more would be out of bounds."""
    match block.shape:
        case Code():
            return chunks_html([escaped(block.content)])
        case Table(header):
            return cells_html([plain_html(header)], (), "th")
        case Row():
            return cells_html([plain_html(block.content)], (), "td")
    return plain_html(block.content.rstrip())


def task_box(block: Block) -> tuple[str, str]:
    """The box before an item that is a task, and the text without its mark."""
    match = _TASK.match(block.content) if _starts_item(block) else None
    if match is None:
        return "", block.content
    return _BOXES[match[1] != " "], block.content[match.end() :]


def is_task(item: Block) -> bool:
    """Whether an item is a task, done or open."""
    return bool(item.children) and bool(task_box(item.children[0])[0])


def formula_tex(block: Block) -> str:
    """A formula's TeX; the marks of an environment belong to it."""
    shape = block.shape
    assert isinstance(shape, Formula)
    if shape.opener.startswith(BEGIN):
        return f"{shape.opener}{block.content}{shape.closer if shape.closed else ''}"
    return block.content


def formula_source(block: Block) -> str:
    """A formula whose closing mark never came, as it was written."""
    shape = block.shape
    assert isinstance(shape, Formula)
    return shape.opener + ("" if not block.content else "\n" + block.content).rstrip()


def cells_html(inside: list[str], align: tuple[str, ...], tag: str) -> str:
    """The cells of a row; missing ones are empty, and more than the header has stand after it."""
    padded = inside + [""] * (len(align) - len(inside))
    return "".join(
        f'<{tag} class="align-{side}">{cell}</{tag}>' if side else f"<{tag}>{cell}</{tag}>"
        for cell, side in zip_longest(padded, align, fillvalue="")
    )


def row_align(row: Block) -> tuple[str, ...]:
    """The alignments of the table that the row stands in."""
    assert row.parent is not None and isinstance(row.parent.shape, Table)
    return row.parent.shape.align


def _starts_item(block: Block) -> bool:
    return (
        isinstance(block.shape, Paragraph)
        and block.number == 0
        and block.parent is not None
        and isinstance(block.parent.shape, Item)
    )
