"""Code that is being written: whole lines coloured once, the half-written one as plain text.

Lines stand in chunks of 50. A complete chunk is coloured again as a whole and never touched any
more, so a line costs the same in a block of ten lines and of ten thousand.
"""

from conversations.markdown.blocks.block import Block
from conversations.markdown.blocks.shapes import Code
from conversations.markdown.blocks.writer import BlockWriter
from conversations.markdown.code.code_lines import CodeLines, lines_and_rest
from conversations.markdown.code.highlight import (
    LONGEST_BLOCK,
    Colours,
    block_chunks,
    chunks_html,
    escaped,
    lines_of,
)
from conversations.markdown.live.operations import (
    Append,
    AppendText,
    Operation,
    Replace,
)
from conversations.markdown.live.view import OpenView


class CodeView:
    """A code block that may get more lines."""

    def __init__(self, block: Block, writer: BlockWriter, before: OpenView | None) -> None:
        assert isinstance(block.shape, Code)
        self.block = block
        self._writer = writer
        self._name = writer.id_of(block)
        known = before.lines if isinstance(before, CodeView) else None
        self._carried = known is not None and known.begins(block.shape.language, block.content)
        new = CodeLines(Colours(block.shape.language))
        self.lines: CodeLines = known if known is not None and self._carried else new
        self._chunks_before = len(self.lines.chunks)
        self._lines_before = len(self.lines.coloured)
        *whole, self._half = lines_and_rest(block.content[len(self.lines.source) :])
        self._grew = bool(whole)
        self.lines.add(whole)

    def html(self) -> str:
        chunks = "".join(self._chunk(number) for number in range(len(self.lines.chunks)))
        inside = f'<span id="{self._name}-code">{chunks}{self._open_chunk()}</span>'
        return self._writer.wrap(self.block, inside, live=True)

    def append(self, text: str) -> bool:
        if "\n" in text or not self._half:
            return False
        self._half += text
        return True

    def follow(self, before: OpenView) -> list[Operation]:
        if not isinstance(before, CodeView) or not self._carried:
            return [Replace(self._name, self.html())]
        if not self._grew and self._half.startswith(before._half):
            added = self._half.removeprefix(before._half)
            return [AppendText(added)] if added else []
        if len(self.lines.chunks) > self._chunks_before:
            return self._next_chunks()
        added = "".join(self.lines.coloured[self._lines_before :])
        lines: list[Operation] = [Append(f"{self._name}-lines", added, "code")] if added else []
        return [*lines, Replace(f"{self._writer.prefix}-tail", self._tail())]

    def inside(self, block: Block) -> str | None:
        if block.shape != self.block.shape or not isinstance(block.shape, Code):
            return None
        known = self.lines.source
        if len(block.content) <= LONGEST_BLOCK or not block.content.startswith(known):
            return chunks_html(block_chunks(block.content, block.shape.language))
        self.lines.add(lines_of(block.content[len(known) :]))
        return chunks_html(self.lines.closed())

    def _next_chunks(self) -> list[Operation]:
        first, *more = range(self._chunks_before, len(self.lines.chunks))
        added = "".join(self._chunk(number) for number in more) + self._open_chunk()
        return [
            Replace(f"{self._name}-chunk{first}", self._chunk(first)),
            Append(f"{self._name}-code", added, "code"),
        ]

    def _chunk(self, number: int) -> str:
        inside = self.lines.chunks[number]
        return f'<span class="chunk" id="{self._name}-chunk{number}">{inside}</span>'

    def _tail(self) -> str:
        # The half-written line stands inside, so that it can be taken away with it.
        return f'<span id="{self._writer.prefix}-tail">{escaped(self._half)}</span>'

    def _open_chunk(self) -> str:
        lines = f'<span id="{self._name}-lines">{"".join(self.lines.coloured)}</span>'
        inside = f"{lines}{self._tail()}"
        number = len(self.lines.chunks)
        return f'<span class="chunk" id="{self._name}-chunk{number}">{inside}</span>'
