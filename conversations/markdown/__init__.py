"""Markdown to safe HTML, whole or as it grows, at a cost that does not grow with it.

Promises: what a page was told to do piece by piece shows the same as rendering the text so far
at once, after every piece; nothing in it runs or fetches anything.
"""

from conversations.markdown.operations import (
    Append,
    AppendText,
    Operation,
    Remove,
    Replace,
    SetOpen,
)
from conversations.markdown.renderer import Renderer, render

__all__ = [
    "Append",
    "AppendText",
    "Operation",
    "Remove",
    "Renderer",
    "Replace",
    "SetOpen",
    "render",
]
