"""Markdown that is still being written, as operations on the page that shows it."""

import html
import re

from markdown_it.token import Token

from conversations.markdown.highlight import code_html
from conversations.markdown.inline import READER, inline_html
from conversations.markdown.maths import formula_html
from conversations.markdown.operations import Append, AppendText, Operation, SetOpen

GROUP = 32
CHUNK = 50
_PLAIN = re.compile(r"[^\n*_`\[\]<>&$\\~!:|#]*")


def render(text: str, prefix: str, *, complete: bool = True) -> str:
    """Everything inside the answer's element, as a renderer shows it after this text."""
    renderer = Renderer(prefix)
    renderer.feed(text)
    if complete:
        renderer.finish()
    return renderer.html()


class Renderer:
    """Turns an answer, piece by piece, into what the page has to do."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._closed: list[str] = []
        self._open = ""
        self._shown = ""

    def feed(self, delta: str) -> list[Operation]:
        """What to do when the answer has grown by this text."""
        before, self._open = self._open, self._open + delta
        if self._appends(before, delta):
            return [AppendText(delta)]
        operations = self._close(last=False)
        self._shown = self._open_html()
        return [*operations, SetOpen(self._shown)]

    def finish(self) -> list[Operation]:
        """What to do when the answer is whole."""
        operations = self._close(last=True)
        self._open = self._shown = ""
        return [*operations, SetOpen("")]

    def html(self) -> str:
        """Inner HTML of the answer's element, as the operations so far have built it."""
        groups = "".join(
            f'<div class="group" id="{self._prefix}-g{start // GROUP}">'
            + "".join(self._closed[start : start + GROUP])
            + "</div>"
            for start in range(0, len(self._closed), GROUP)
        )
        shown = self._open_html() if self._open else ""
        return (
            f'<div id="{self._prefix}-closed">{groups}</div>'
            f'<div id="{self._prefix}-open">{shown}</div>'
        )

    def _appends(self, before: str, delta: str) -> bool:
        line = before.rpartition("\n")[2]
        return (
            f'id="{self._prefix}-tail"' in self._shown
            and bool(_PLAIN.fullmatch(delta))
            and len(line) > 8
            and "`" not in line
            and "\n" not in delta
        )

    def _open_html(self) -> str:
        return block_html(READER.parse(self._open), self._prefix, tail=True)

    def _close(self, *, last: bool) -> list[Operation]:
        tokens = READER.parse(self._open)
        blocks = list(top_level(tokens))
        keep = 0 if last else 1
        operations: list[Operation] = []
        for block in blocks[: len(blocks) - keep]:
            operations += self._append(block_html(block, self._prefix, tail=False))
        if len(blocks) > keep and keep:
            start = (blocks[-1][0].map or [0])[0]
            self._open = "".join(self._open.splitlines(keepends=True)[start:])
        return operations

    def _append(self, block: str) -> list[Operation]:
        group = f"{self._prefix}-g{len(self._closed) // GROUP}"
        operations: list[Operation] = []
        if len(self._closed) % GROUP == 0:
            shell = f'<div class="group" id="{group}"></div>'
            operations.append(Append(f"{self._prefix}-closed", shell))
        self._closed.append(block)
        return [*operations, Append(group, block)]


def top_level(tokens: list[Token]) -> list[list[Token]]:
    """The tokens of each block of the document."""
    blocks: list[list[Token]] = []
    depth = 0
    for token in tokens:
        if depth == 0 and token.nesting >= 0:
            blocks.append([])
        blocks[-1].append(token)
        depth += token.nesting
    return blocks


def block_html(tokens: list[Token], prefix: str, *, tail: bool) -> str:
    """HTML of one block; the tail stands where its text goes on."""
    mark = f'<span id="{prefix}-tail"></span>' if tail else ""
    lasts = [n for n, token in enumerate(tokens) if token.type in ("inline", "fence", "code_block")]
    out = []
    for number, token in enumerate(tokens):
        here = mark if lasts and number == lasts[-1] else ""
        out.append(_token_html(token, here))
    return "".join(out)


def _token_html(token: Token, tail: str) -> str:
    if token.type == "inline":
        return inline_html(token.content, {}) + tail
    if token.type in ("fence", "code_block"):
        return fence_html(token.content, token.info.split(" ")[0], tail)
    if token.type == "math_block":
        return formula_html(token.content, display=True)
    if token.type == "hr":
        return "<hr>"
    if token.hidden:
        return ""
    if token.nesting < 0:
        return f"</{token.tag}>"
    return f"<{token.tag}{_attributes(token)}>"


def _attributes(token: Token) -> str:
    align = re.search(r"left|center|right", str(token.attrs.get("style", "")))
    start = token.attrs.get("start")
    return (f' class="align-{align[0]}"' if align else "") + (f' start="{start}"' if start else "")


def fence_html(code: str, language: str, tail: str) -> str:
    """A code block; its lines stand in chunks, the head has room for the page's buttons."""
    lines = code_html(code, language).split("\n")
    chunks = ["\n".join(lines[n : n + CHUNK]) for n in range(0, len(lines), CHUNK)]
    inside = "".join(f'<span class="chunk">{chunk}</span>' for chunk in chunks)
    head = html.escape(language)
    return (
        '<div class="block" data-code><div class="block__head">'
        f'<span class="block__lang">{head}</span></div>'
        f'<pre class="highlight"><code>{inside}{tail}</code></pre></div>'
    )
