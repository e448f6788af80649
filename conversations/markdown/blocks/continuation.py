"""Whether a line continues a block that is open."""

import re
from enum import Enum, auto

from conversations.markdown.blocks.block import Block
from conversations.markdown.blocks.display_formulas import (
    ends_formula,
    may_become_prose,
    split_at_closer,
)
from conversations.markdown.blocks.scanner import LineScanner
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


class BlockContinuation(Enum):
    """The answer; a line that ENDS a block belongs to it and to nothing else."""

    NO = auto()
    YES = auto()
    ENDS = auto()
    UNDECIDED = auto()


def continuation_of(block: Block, scanner: LineScanner) -> BlockContinuation:
    """Whether the line continues the block; the scanner moves past what says so."""
    match block.shape:
        case Document() | List():
            return BlockContinuation.YES
        case Quote():
            return _answer(quoted(scanner))
        case Item(indent):
            return _answer(_indented(block, scanner, indent))
        case Footnote():
            return _answer(_indented(block, scanner, FOOTNOTE_INDENT))
        case Code(fence="", indent=_):
            return _answer(_indented_code(scanner))
        case Code(fence=fence, indent=indent):
            return _fenced(scanner, fence, indent)
        case Paragraph():
            return _answer(not scanner.blank)
        case Formula():
            return _formula(block, scanner)
        case Table():
            fits = len(scanner.line) <= LONGEST_ROW
            return _answer(fits and not scanner.blank and not scanner.indented)
    return BlockContinuation.NO


def quoted(scanner: LineScanner) -> bool:
    """Whether a quote's mark comes next; if so, go past it."""
    if scanner.indented or not scanner.line.startswith(">", scanner.next):
        return False
    scanner.skip_spaces()
    scanner.skip(1)
    scanner.skip_one_space()
    return True


def _answer(yes: bool) -> BlockContinuation:
    return BlockContinuation.YES if yes else BlockContinuation.NO


def _indented(block: Block, scanner: LineScanner, indent: int) -> bool:
    if scanner.blank:
        scanner.skip_spaces()
        return bool(block.children)
    if scanner.indent < indent:
        return False
    scanner.skip_columns(indent)
    return True


def _indented_code(scanner: LineScanner) -> bool:
    if scanner.indented:
        scanner.skip_columns(4)
    elif scanner.blank:
        scanner.skip_spaces()
    else:
        return False
    return True


def _formula(block: Block, scanner: LineScanner) -> BlockContinuation:
    """Prose ends a formula whose closing mark was forgotten."""
    shape, line = block.shape, scanner.rest
    assert isinstance(shape, Formula)
    if split_at_closer(line, shape.closer) is not None:
        return BlockContinuation.YES
    if not scanner.whole and may_become_prose(line):
        return BlockContinuation.UNDECIDED
    after_blank = block.content.endswith("\n")
    return _answer(not ends_formula(line, after_blank=after_blank, length=len(block.content)))


def _fenced(scanner: LineScanner, fence: str, indent: int) -> BlockContinuation:
    if not scanner.whole and _may_become_closer(scanner, fence):
        return BlockContinuation.UNDECIDED
    if scanner.match(re.compile(rf"{re.escape(fence)}{fence[0]}*[ \t]*$")):
        return BlockContinuation.ENDS
    for _ in range(indent):
        scanner.skip_one_space()
    return BlockContinuation.YES


def _may_become_closer(scanner: LineScanner, fence: str) -> bool:
    form = re.compile(rf"{re.escape(fence[0])}*[ \t]*$")
    return bool(form.match(scanner.line, scanner.next))
