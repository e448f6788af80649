"""Places in a prompt that are filled in when it is used: `{{topic}}`. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

VARIABLE = re.compile(r"\{\{[ \t]*([^{}\r\n]{1,60}?)[ \t]*\}\}")
MOST = 20
"""What follows them stays in the text as it is."""


def names(text: str) -> Sequence[str]:
    """Each once, in their order."""
    return list(dict.fromkeys(VARIABLE.findall(text)))[:MOST]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with these values; a place without one stays, to be seen and filled by hand."""
    return VARIABLE.sub(lambda found: values.get(found[1]) or found[0], text)
