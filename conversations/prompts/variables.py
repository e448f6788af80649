"""Places in a prompt that are filled in when it is used: `{{topic}}`. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

VARIABLE = re.compile(r"\{\{([^{}\r\n]{1,60})\}\}")
BLANKS = " \t"
MOST = 20
"""What follows them stays in the text as it is."""


def names(text: str) -> Sequence[str]:
    """Each once, in their order."""
    found = (each.strip(BLANKS) for each in VARIABLE.findall(text))
    return list(dict.fromkeys(name for name in found if name))[:MOST]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with these values; a place without one stays, to be seen and filled by hand."""

    def value(found: re.Match[str]) -> str:
        name = found[1].strip(BLANKS)
        return (values.get(name) if name else None) or found[0]

    return VARIABLE.sub(value, text)
