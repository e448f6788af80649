"""What a line can start: each rule looks at what comes next and, if it fits, adds a block."""

import re
from collections.abc import Callable
from enum import Enum, auto

from markdown_it.common.utils import unescapeAll

from conversations.markdown.blocks.block import Block
from conversations.markdown.blocks.continuation import quoted
from conversations.markdown.blocks.display_formulas import FormulaOpening, opening_of
from conversations.markdown.blocks.scanner import LineScanner
from conversations.markdown.blocks.shapes import (
    Code,
    Document,
    Footnote,
    Formula,
    Heading,
    Item,
    List,
    Paragraph,
    Quote,
    Table,
    ThematicBreak,
)
from conversations.markdown.blocks.tables import DELIMITERS, table_under
from conversations.markdown.blocks.tree import BlockTree
from conversations.markdown.inline import formulas
from conversations.markdown.inline.formula_or_prose import is_prose

# A list in a list counts twice: as a list and as an item.
DEEPEST = 40

HEADING = re.compile(r"(#{1,6})(?:[ \t]+|$)")
HEADING_END = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")
FENCE = re.compile(r"(`{3,})([^`]*)$|(~{3,})(.*)$")
UNDERLINE = re.compile(r"(=+|-+)[ \t]*$")
THEMATIC_BREAK = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$")
MARKER = re.compile(r"([*+-])|(\d{1,9})([.)])")
FIRST = frozenset("#`~*+-_=>|:$\\[0123456789")
FOOTNOTE = re.compile(r"\[\^([^\]\[\s]{1,100})\]:")


class OpenerOutcome(Enum):
    """What a rule did. The rest of the line stands INSIDE, is its TEXT, or the WHOLE was used."""

    NO = auto()
    INSIDE = auto()
    TEXT = auto()
    WHOLE = auto()


def open_block(tree: BlockTree, scanner: LineScanner, block: Block) -> OpenerOutcome:
    """Start what the line starts here, if anything."""
    if not scanner.indented and scanner.line[scanner.next : scanner.next + 1] not in FIRST:
        return OpenerOutcome.NO
    for opener in OPENERS:
        outcome = opener(tree, scanner, block)
        if outcome is not OpenerOutcome.NO:
            return outcome
    return OpenerOutcome.NO


def quote(tree: BlockTree, scanner: LineScanner, block: Block) -> OpenerOutcome:
    if _too_deep(tree) or not quoted(scanner):
        return OpenerOutcome.NO
    tree.close_unmatched()
    tree.add(Quote())
    return OpenerOutcome.INSIDE


def heading(tree: BlockTree, scanner: LineScanner, block: Block) -> OpenerOutcome:
    match = scanner.match(HEADING)
    if match is None:
        return OpenerOutcome.NO
    tree.close_unmatched()
    text = scanner.line[match.end() :]
    if scanner.whole:
        text = HEADING_END.sub("", text).strip()
    tree.add(Heading(len(match[1])), text)
    return OpenerOutcome.WHOLE


def fence(tree: BlockTree, scanner: LineScanner, block: Block) -> OpenerOutcome:
    match = scanner.match(FENCE)
    if match is None:
        return OpenerOutcome.NO
    tree.close_unmatched()
    language, _, info = (match[2] or match[4] or "").strip().partition(" ")
    shape = Code(unescapeAll(language), match[1] or match[3], scanner.indent, unescapeAll(info))
    tree.add(shape)
    return OpenerOutcome.WHOLE


def formula(tree: BlockTree, scanner: LineScanner, block: Block) -> OpenerOutcome:
    if scanner.indented:
        return OpenerOutcome.NO
    opening = opening_of(scanner.rest)
    if opening is None or _closes_a_formula_within(tree.tip, opening):
        return OpenerOutcome.NO
    tree.close_unmatched()
    closed = opening.closed and scanner.whole
    tree.add(Formula(opening.opener, opening.closer, closed), opening.body)
    return OpenerOutcome.WHOLE


def _closes_a_formula_within(tip: Block, opening: FormulaOpening) -> bool:
    """Whether a paragraph waits for these dollars, which its text opened."""
    if opening.opener != "$$" or not isinstance(tip.shape, Paragraph):
        return False
    before, mark, body = tip.content[-formulas.LONGEST :].rpartition("$$")
    return bool(mark) and before.count("$$") % 2 == 0 and not is_prose(body)


def underline(tree: BlockTree, scanner: LineScanner, block: Block) -> OpenerOutcome:
    match = scanner.match(UNDERLINE) if isinstance(block.shape, Paragraph) else None
    if match is None:
        return OpenerOutcome.NO
    tree.close_unmatched()
    if not tree.take_definitions(block):
        block.shape = Paragraph()
        return OpenerOutcome.NO
    block.shape = Heading(1 if match[1][0] == "=" else 2)
    return OpenerOutcome.WHOLE


def thematic_break(tree: BlockTree, scanner: LineScanner, block: Block) -> OpenerOutcome:
    if not scanner.match(THEMATIC_BREAK):
        return OpenerOutcome.NO
    tree.close_unmatched()
    tree.add(ThematicBreak())
    return OpenerOutcome.WHOLE


def item(tree: BlockTree, scanner: LineScanner, block: Block) -> OpenerOutcome:
    match = scanner.match(MARKER)
    if match is None or _too_deep(tree) or not _may_be_item(match, block):
        return OpenerOutcome.NO
    indent = scanner.indent + _go_past_marker(match, scanner)
    shape = List(match[1]) if match[1] else List(match[3], int(match[2]))
    tree.close_unmatched()
    above = tree.tip.shape
    if not isinstance(above, List) or above.mark != shape.mark:
        tree.add(shape)
    tree.add(Item(indent))
    return OpenerOutcome.INSIDE


def _too_deep(tree: BlockTree) -> bool:
    return tree.tip.depth >= DEEPEST


def _may_be_item(match: re.Match[str], block: Block) -> bool:
    if match.string[match.end() : match.end() + 1] not in ("", " ", "\t"):
        return False
    if not isinstance(block.shape, Paragraph):
        return True
    empty = not match.string[match.end() :].strip(" \t")
    return not empty and (match[2] is None or int(match[2]) == 1)


def _go_past_marker(match: re.Match[str], scanner: LineScanner) -> int:
    """Go to where the item's text starts; the columns from the marker to there."""
    width = match.end() - match.start()
    scanner.skip_spaces()
    scanner.skip(width)
    if scanner.blank or scanner.indent > 4:
        scanner.skip_one_space()
        return width + 1
    spaces = scanner.indent
    scanner.skip_columns(spaces)
    return width + spaces


def footnote(tree: BlockTree, scanner: LineScanner, block: Block) -> OpenerOutcome:
    match = scanner.match(FOOTNOTE)
    if match is None or not _at_top(block):
        return OpenerOutcome.NO
    scanner.skip_spaces()
    scanner.skip(match.end() - match.start())
    tree.close_unmatched()
    tree.add(Footnote(match[1]))
    return OpenerOutcome.INSIDE


def _at_top(block: Block) -> bool:
    return isinstance(block.shape, Document) or (
        isinstance(block.shape, Paragraph | List | Table)
        and block.parent is not None
        and isinstance(block.parent.shape, Document)
    )


def table(tree: BlockTree, scanner: LineScanner, block: Block) -> OpenerOutcome:
    if not isinstance(block.shape, Paragraph) or not scanner.match(DELIMITERS):
        return OpenerOutcome.NO
    before, _, header = block.content.rpartition("\n")
    shape = table_under(header, scanner.rest)
    if shape is None:
        return OpenerOutcome.NO
    tree.close_unmatched()
    if before:
        block.content = before
        tree.add(shape)
    else:
        block.shape, block.content = shape, ""
    return OpenerOutcome.WHOLE


def indented_code(tree: BlockTree, scanner: LineScanner, block: Block) -> OpenerOutcome:
    if not scanner.indented or scanner.blank or isinstance(tree.tip.shape, Paragraph):
        return OpenerOutcome.NO
    scanner.skip_columns(4)
    tree.close_unmatched()
    tree.add(Code())
    return OpenerOutcome.TEXT


OPENERS: tuple[Callable[[BlockTree, LineScanner, Block], OpenerOutcome], ...] = (
    quote,
    heading,
    fence,
    formula,
    underline,
    table,
    thematic_break,
    item,
    footnote,
    indented_code,
)
