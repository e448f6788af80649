"""Markdown to safe HTML, whole or as it grows, at a cost that does not grow with it.

An answer comes in pieces of a few characters, and after each the page has to show all of it.
Rendering it anew each time costs more the longer it is. But Markdown can only change at its end:
a line either goes on with the last block or starts another. So

- `parser` reads the text a line at a time into a tree of blocks; a line costs the same in a long
  document as in a short one. The last, half-written line is read on trial and taken back.
- A block that has ended is rendered once (`leaves`, `inline`, `highlight`), never again.
- The rest is shown by `live`: of the open block only the innermost last part can change, and
  `views` knows how: mostly by appending plain text, else by replacing a line or two.
- What is half-written is shown calmly (`calm`, `undecided`): as if it were closed, or not yet.

What a page was told to do piece by piece is what rendering the text so far at once gives, after
every piece, whatever the pieces were. The tests hold this against a page of their own.

Only a link's definition that comes later can change what stands above (`late`). Footnotes are put
in order at the end. Nothing in the HTML runs, or fetches anything; its size is bounded (`budget`).
"""

from conversations.markdown.code.languages import prepare
from conversations.markdown.live.operations import (
    Append,
    AppendText,
    Operation,
    Remove,
    Replace,
    SetOpen,
)
from conversations.markdown.live.renderer import Renderer, render
from conversations.markdown.live.visible_length import visible_length

__all__ = [
    "Append",
    "AppendText",
    "Operation",
    "Remove",
    "Renderer",
    "Replace",
    "SetOpen",
    "prepare",
    "render",
    "visible_length",
]
