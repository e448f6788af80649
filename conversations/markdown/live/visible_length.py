"""How much a reader sees of a text, so that a page can find a place of it."""

import re
from html import unescape

from conversations.markdown.live.renderer import render

_HEAD = re.compile(r'<div class="block__head">.*?</div>')
_TAG = re.compile(r"<[^>]*>")


def visible_length(text: str) -> int:
    """The length, as browsers count it, of what is shown of this beginning of an answer.

    What stands in the heads of code blocks, where a page puts its buttons, is not counted.
    """
    html = _HEAD.sub("", render(text, "", complete=False))
    return len(unescape(_TAG.sub("", html)).encode("utf-16-le")) // 2
