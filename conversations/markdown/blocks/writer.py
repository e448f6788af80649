"""Blocks to HTML.

The structure around the text is written here, from shapes alone: no text of the answer reaches a
tag's name or an attribute, and a code block's language is escaped. The text itself comes
sanitised from `leaves`. Inside the open block every block carries its place as its id, so that
the page knows where to add to it; a closed block needs one id.
"""

import re

from conversations.markdown.blocks.block import Block
from conversations.markdown.blocks.leaf_blocks import is_task
from conversations.markdown.blocks.leaf_cache import LeafCache, OpenLeaf
from conversations.markdown.blocks.shapes import (
    Code,
    Definitions,
    Document,
    Footnote,
    Formula,
    Heading,
    Item,
    List,
    Paragraph,
    Quote,
    Row,
    Table,
    ThematicBreak,
)
from conversations.markdown.code.highlight import escaped
from conversations.markdown.inline.placeholders import NOTE, NOTE_END
from conversations.markdown.inline.reader import References

EMPTY_HEADER, EMPTY_CELL = re.compile(r"<th([^>]*)></th>"), r"<td\1></td>"
"""A cell that heads nothing is no header to those who listen."""
LONGEST_LANGUAGE = 40
LOWEST = 6
"""The level of the lowest heading that HTML has."""

_NOTE = re.compile(f"{NOTE}([^{NOTE_END}]*){NOTE_END}")


class BlockWriter:
    """Writes the blocks of one answer, whose element has the prefix as its id.

    Its highest headings have the level `top`.
    """

    def __init__(self, prefix: str, references: References, top: int) -> None:
        self.prefix = prefix
        self._above = top - 1
        self.references = references
        self.tail = f'<span id="{prefix}-tail"></span>'
        self.leaves = LeafCache(references)

    def id_of(self, block: Block) -> str:
        """The id of a block's element."""
        return f"{self.prefix}-b{block.path}"

    def closed(self, block: Block) -> str:
        """A block of the document that is closed for good."""
        return self._element(block, None, live=False)

    def live(self, block: Block, view: OpenLeaf | None = None) -> str:
        """A block inside the open part of the page; the view shows the innermost last one."""
        return self._element(block, view, live=True)

    def wrap(self, block: Block, inside: str, *, live: bool) -> str:
        """A leaf's element with this inside."""
        start = self._start(block, live=live)
        match block.shape:
            case Paragraph():
                if not _tight(block):
                    return f"<p{start}>{inside}</p>"
                return f"<span{start}>{inside}</span>" if live else inside
            case Heading(level):
                shown = min(level + self._above, LOWEST)
                return f"<h{shown}{start}>{inside}</h{shown}>"
            case Row():
                # A body for each row: only then can a row be added to a table without the others.
                return f"<tbody{start}><tr>{inside}</tr></tbody>" if live else f"<tr>{inside}</tr>"
            case Code(language, info=info):
                return _code_block(start, language, info, inside)
            case Formula():
                return f'<div class="math" tabindex="0"{start}>{inside}</div>'
        return f"<div{start}>{inside}</div>"

    def inside(self, block: Block) -> str:
        """What stands in a closed leaf."""
        html = block.html if block.html is not None else self.leaves.html(block)
        return block.unused + self.with_notes(html)

    def notes(self, notes: list[Block], number: int, cited: int) -> str:
        """The footnotes as the last block of the document, with this number.

        Those after the cited ones show their labels, which stand nowhere else.
        """
        items = "".join(
            f'<li id="{self.prefix}-note{place}" dir="auto">'
            f"{_note_label(note) if place > cited else ''}"
            f"{self._children(note, None, live=False)}</li>"
            for place, note in enumerate(notes, 1)
        )
        return f'<section class="footnotes" id="{self.prefix}-b{number}"><ol>{items}</ol></section>'

    def with_notes(self, html: str) -> str:
        """References to footnotes: their labels at first, links once they have numbers."""
        return _NOTE.sub(self._note, html) if NOTE in html else html

    def table(self, block: Block, header: str, rows: str, *, live: bool) -> str:
        """A table of these rows, which are inside their bodies.

        What may be too wide can get the focus, and is then scrolled by keys.
        """
        start = self._start(block, live=live)
        inner = f' id="{self.id_of(block)}-table"' if live else ""
        head = f"<thead><tr>{EMPTY_HEADER.sub(EMPTY_CELL, header)}</tr></thead>"
        return f'<div class="table" tabindex="0"{start}><table{inner}>{head}{rows}</table></div>'

    def _element(self, block: Block, view: OpenLeaf | None, *, live: bool) -> str:
        if view is not None and block is view.block:
            return view.html()
        start = self._start(block, live=live)
        match block.shape:
            case ThematicBreak():
                return f"<hr{start}>"
            case Definitions():
                return f"<div{start}></div>" if start else ""
            case Table():
                rows = self._children(block, view, live=live)
                body = rows if live or not rows else f"<tbody>{rows}</tbody>"
                return self.table(block, self.inside(block), body, live=live)
            case Document() | Quote() | List() | Item() | Footnote():
                tag, attributes, before = _container(block)
                children = before + self._children(block, view, live=live)
                return f"<{tag}{attributes}{start}>{children}</{tag}>"
        return self.wrap(block, self.inside(block), live=live)

    def _start(self, block: Block, *, live: bool) -> str:
        """What a block's tag begins with: its id where one is needed, and how it is directed."""
        name = f' id="{self.id_of(block)}"' if live or block.depth == 1 else ""
        return f'{name} dir="auto"' if _has_direction(block) else name

    def _children(self, block: Block, view: OpenLeaf | None, *, live: bool) -> str:
        return "".join(self._element(child, view, live=live) for child in block.children)

    def _note(self, match: re.Match[str]) -> str:
        label = match[1]
        # A number is ours; a label is text from outside and never part of an attribute.
        if self.references.footnotes is None or not label.isdecimal():
            return f'<sup class="note">{label}</sup>'
        return f'<sup class="note"><a href="#{self.prefix}-note{label}">{label}</a></sup>'


def _container(block: Block) -> tuple[str, str, str]:
    """The tag, the attributes and what comes before the children."""
    match block.shape:
        case Quote():
            return "blockquote", "", ""
        case List(_, None):
            return "ul", "", ""
        case List(_, start):
            return "ol", f' start="{start}"' if start != 1 else "", ""
        case Item():
            return "li", ' class="task"' if is_task(block) else "", ""
        case Footnote():
            return "div", ' class="footnote"', _note_label(block)
    return "div", "", ""


def _note_label(note: Block) -> str:
    assert isinstance(note.shape, Footnote)
    return f'<sup class="note">{escaped(note.shape.label)}</sup> '


def _has_direction(block: Block) -> bool:
    """Whether its first letter says in which direction it is written; what stands in it follows.

    An item has a direction of its own, as its mark stands where its text begins.
    """
    match block.shape:
        case Item():
            return True
        case Paragraph() | Heading() | Quote() | Table():
            return block.depth == 1
    return False


def _tight(block: Block) -> bool:
    """Whether a paragraph stands in an item of a list without blank lines."""
    item = block.parent
    return (
        item is not None
        and isinstance(item.shape, Item)
        and item.parent is not None
        and not item.parent.loose
    )


def _code_block(start: str, language: str, info: str, inside: str) -> str:
    """The head has room for the buttons that the page's script adds."""
    more = f"{language[LONGEST_LANGUAGE:]} {info}".strip()
    about = f' <span class="block__info">{escaped(more)}</span>' if more else ""
    return (
        f'<div class="block" data-code{start}><div class="block__head">'
        f'<span class="block__lang">{escaped(language[:LONGEST_LANGUAGE])}{about}</span></div>'
        f'<pre class="highlight" tabindex="0"><code>{inside}</code></pre></div>'
    )
