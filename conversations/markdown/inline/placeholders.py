"""Characters that stand for something of our own in text on its way to HTML.

They are noncharacters, which no text may hold; if one comes from outside it is replaced, so none
of them can be forged.
"""

import re

TAIL = "\ufdd0"  # where text continues
SOURCE = "\ufdd1"  # the source of a half-written formula, up to …
SOURCE_END = "\ufdd2"
NO_LINK = "\ufdd3"  # in a half-written address: not a link yet
NOTE = "\ufdd4"  # the label or number of a footnote, up to …
NOTE_END = "\ufdd5"

_UNUSABLE = re.compile("[\x00\ud800-\udfff\ufdd0-\ufdef]")


def usable(text: str) -> str:
    """The text without what HTML cannot hold and with plain line ends."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNUSABLE.sub("\ufffd", text)
