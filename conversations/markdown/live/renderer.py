"""Markdown that is still being written, as operations on the page that shows it."""

from conversations.markdown.blocks.block import Block
from conversations.markdown.blocks.hold_back import HoldBack
from conversations.markdown.inline.placeholders import usable
from conversations.markdown.live.document import DocumentSoFar
from conversations.markdown.live.open_part import OpenPart
from conversations.markdown.live.operations import AppendText, Operation

TOP = 3
"""An answer stands below the page's heading and the turn's own, and so do its headings."""


def render(text: str, prefix: str, *, complete: bool = True, top: int = TOP) -> str:
    """Everything inside the answer's element: as it is when the answer is complete, or as a
    renderer that was fed the same text shows it while the answer is being written. The highest
    heading has the level `top`."""
    renderer = Renderer(prefix, top)
    renderer.feed(text)
    if complete:
        renderer.finish()
    return renderer.html()


class Renderer:
    """Turns an answer, piece by piece, into what the page has to do.

    `feed` and `finish` return operations that are to be done in their order. What the page shows
    after them depends on the text so far, never on the pieces.
    """

    def __init__(self, prefix: str, top: int = TOP) -> None:
        self._prefix = prefix
        self._document = DocumentSoFar(prefix, top)
        self._open = OpenPart(self._document.writer)
        self._mark = self._document.tree.mark()
        self._half: list[str] = []  # the half-written line, in pieces
        self._half_shown = False
        self._return = ""

    def feed(self, delta: str) -> list[Operation]:
        """What to do when the answer has grown by this text."""
        text = self._usable(delta)
        if not text:
            return []
        self._half.append(text)
        if self._half_shown and self._open.append(text):
            return [AppendText(text)]
        self._read()
        return self._show()

    def finish(self) -> list[Operation]:
        """What to do when the answer is whole."""
        if self._return:
            self._half.append("\n")
        self._return = ""
        self._read()
        self._document.tree.rewind(self._mark)
        if self._half != [""]:
            self._document.read("".join(self._half))
        self._half = []
        self._document.finish()
        return [*self._open.finish(), *self._document.closed.take()]

    def html(self) -> str:
        """Inner HTML of the answer's element, as the operations so far have built it."""
        return (
            f'<div id="{self._prefix}-closed">{self._document.closed.html()}</div>'
            f'<div id="{self._prefix}-open">{self._open.html()}</div>'
        )

    def _usable(self, delta: str) -> str:
        # A line may end in two characters that come apart.
        text = self._return + delta
        self._return = "\r" if text.endswith("\r") else ""
        return usable(text.removesuffix("\r"))

    def _read(self) -> None:
        """Read the whole lines for good and the half-written one on trial."""
        tree = self._document.tree
        tree.rewind(self._mark)
        *lines, half = "".join(self._half).split("\n")
        for line in lines:
            self._document.read(line)
        self._half = [half]
        self._mark = tree.mark()
        self._half_shown = bool(half)
        try:
            if half:
                self._document.parser.read(half, whole=False)
        except HoldBack:
            tree.rewind(self._mark)
            self._half_shown = False

    def _show(self) -> list[Operation]:
        shown = self._open.show(self._document.open_blocks, self._closed_on_trial())
        return [*shown, *self._document.closed.take()]

    def _closed_on_trial(self) -> list[Block]:
        return [block for block, _ in self._mark.blocks if not block.open]
