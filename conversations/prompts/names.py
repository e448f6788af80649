"""Names of prompts: what is typed after a slash, and what a file is called. Pure."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 64
"""Characters."""

LONGEST_TYPED = 1000
"""Characters that are looked at: composing what is longer may take hours."""

JOINERS = "\u200c\u200d"
"""Stand within words of some scripts, such as Persian and Sinhala."""

SEPARATORS = "-_"
SEPARATION = re.compile(r"[\s./\\:]+")


def normal(typed: str) -> str:
    """What was typed as a name is written: composed, in small letters, with hyphens for spaces."""
    name = unicodedata.normalize("NFC", unicodedata.normalize("NFC", typed[:LONGEST_TYPED]).lower())
    return SEPARATION.sub("-", name.strip().removeprefix("/").strip())


def is_name(text: str) -> bool:
    """Whether it is letters and digits of any script, begins with one, and is not too long."""
    return (
        0 < len(text) <= LONGEST_NAME
        and text == normal(text)
        and unicodedata.category(text[0])[0] in "LN"
        and all(_may_stand(character) for character in text)
    )


def near(text: str, usual: str) -> str:
    """A name as near to the text as names can be, or the usual one: for files of others."""
    kept = "".join(each if _may_stand(each) else "-" for each in normal(text))
    kept = re.sub("-{2,}", "-", kept)
    while kept and unicodedata.category(kept[0])[0] not in "LN":
        kept = kept[1:]
    kept = kept[:LONGEST_NAME].rstrip(SEPARATORS + JOINERS)
    return kept if is_name(kept) else usual


def numbered(name: str, number: int) -> str:
    """Another name for one that is taken."""
    end = f"-{number}"
    return name[: LONGEST_NAME - len(end)].rstrip(SEPARATORS + JOINERS) + end


def _may_stand(character: str) -> bool:
    return character in SEPARATORS + JOINERS or unicodedata.category(character)[0] in "LMN"
