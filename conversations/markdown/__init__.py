"""Markdown to safe HTML, whole or as it grows, at a cost that does not grow with it.

What a page is asked to do piece by piece gives what rendering the text so far at once gives, after
every piece, whatever the pieces were. Nothing in the HTML runs or fetches anything. The front door
is the names below. No Django, network or settings may come in. Imports go one way:

    live/        the answer as it grows: what has ended is rendered once, what is open is followed
    -> blocks/   lines to a tree of blocks, and blocks to HTML
    -> inline/   the text in a block: emphasis, links, formulas;   code/   source code in colours

The simpler way renders the open top-level block anew with each frame. Per frame of 8 characters in
a list, a table, code or a paragraph that is all one block (measured in one run; `make bench
ARGS=markdown` does it again), in CPU time and bytes to the browser:

    block of    this way                     the simpler way                  times the CPU
    1 KB        0.03 to 0.05 ms, 50-90 B     0.5 to 2.4 ms, 1.4-3.1 KB        12 to 80
    20 KB       0.04 to 0.06 ms, the same    7 to 47 ms, 25-68 KB             170 to 780
    200 KB      0.01 to 0.08 ms, the same    66 to 250 ms, 250-450 KB         1,300 to 19,000
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
