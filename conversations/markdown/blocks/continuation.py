"""Whether a line goes on with a block that is open."""

import re
from enum import Enum, auto

from conversations.markdown.blocks.block import Block
from conversations.markdown.blocks.display_formulas import (
    ends_formula,
    may_become_prose,
    split_at_closer,
)
from conversations.markdown.blocks.scanner import Cursor
from conversations.markdown.blocks.shapes import (
    Code,
    Document,
    Footnote,
    Formula,
    Item,
    List,
    Paragraph,
    Quote,
    Table,
)
from conversations.markdown.blocks.tables import LONGEST_ROW

FOOTNOTE_INDENT = 4


class GoesOn(Enum):
    """The answer; a line that ENDS a block belongs to it and to nothing else."""

    NO = auto()
    YES = auto()
    ENDS = auto()
    UNDECIDED = auto()


def goes_on(block: Block, cursor: Cursor, *, whole: bool) -> GoesOn:
    """Whether the line goes on with the block; the cursor moves past what says so."""
    match block.shape:
        case Document() | List():
            return GoesOn.YES
        case Quote():
            return _answer(quoted(cursor))
        case Item(indent):
            return _answer(_indented(block, cursor, indent))
        case Footnote():
            return _answer(_indented(block, cursor, FOOTNOTE_INDENT))
        case Code(fence="", indent=_):
            return _answer(_indented_code(cursor))
        case Code(fence=fence, indent=indent):
            return _fenced(cursor, fence, indent, whole=whole)
        case Paragraph():
            return _answer(not cursor.blank)
        case Formula():
            return _formula(block, cursor, whole=whole)
        case Table():
            fits = len(cursor.line) <= LONGEST_ROW
            return _answer(fits and not cursor.blank and not cursor.indented)
    return GoesOn.NO


def quoted(cursor: Cursor) -> bool:
    """Whether a quote's mark comes next; if so, go past it."""
    if cursor.indented or not cursor.line.startswith(">", cursor.next):
        return False
    cursor.skip_spaces()
    cursor.skip(1)
    cursor.skip_one_space()
    return True


def _answer(yes: bool) -> GoesOn:
    return GoesOn.YES if yes else GoesOn.NO


def _indented(block: Block, cursor: Cursor, indent: int) -> bool:
    if cursor.blank:
        cursor.skip_spaces()
        return bool(block.children)
    if cursor.indent < indent:
        return False
    cursor.skip_columns(indent)
    return True


def _indented_code(cursor: Cursor) -> bool:
    if cursor.indented:
        cursor.skip_columns(4)
    elif cursor.blank:
        cursor.skip_spaces()
    else:
        return False
    return True


def _formula(block: Block, cursor: Cursor, *, whole: bool) -> GoesOn:
    """Prose ends a formula whose closing mark was forgotten."""
    shape, line = block.shape, cursor.rest
    assert isinstance(shape, Formula)
    if split_at_closer(line, shape.closer) is not None:
        return GoesOn.YES
    if not whole and may_become_prose(line):
        return GoesOn.UNDECIDED
    after_blank = block.content.endswith("\n")
    return _answer(not ends_formula(line, after_blank=after_blank, length=len(block.content)))


def _fenced(cursor: Cursor, fence: str, indent: int, *, whole: bool) -> GoesOn:
    if not whole and re.compile(rf"{re.escape(fence[0])}*[ \t]*$").match(cursor.line, cursor.next):
        return GoesOn.UNDECIDED
    if cursor.match(re.compile(rf"{re.escape(fence)}{fence[0]}*[ \t]*$")):
        return GoesOn.ENDS
    for _ in range(indent):
        cursor.skip_one_space()
    return GoesOn.YES
