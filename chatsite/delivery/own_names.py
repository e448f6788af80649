"""Short names in a script for what it declares for itself.

It knows no grammar either. A name gets a shorter one only where every place that spells it is sure
to mean what was declared: none is in a template, on a line that may hold a pattern, a key, or a
method. What follows a dot is no such place, and stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count, product
from string import ascii_letters

WORD = re.compile(r"[A-Za-z_$][\w$]*")
DECLARATION = re.compile(r"^(?:const|let|(?:async )?function\*?) (\w+)", re.MULTILINE)
"""At the margin: wherever its name stands it is meant, or another one that hides it."""

TEXT = re.compile(r'("[^"`\n]*"|`[^`\n]*`)')
UNSURE = re.compile(r"""[/\\'"`]""")
BEFORE_A_METHOD = re.compile(r"\b(?:get|set|static|async)\s*$")
LEAST_LENGTH = 3


def with_short_names(script: str) -> str:
    """The same script. It has no text of several lines, and its comments are left out already."""
    spelled = set(WORD.findall(script))
    if "class" in spelled:  # the names of its fields stand alone and are reached by a dot
        return script
    fresh = (name for name in _short_names() if name not in spelled)
    names = set(DECLARATION.findall(script)) - _unsure(script)
    for name in sorted(names):
        if len(name) >= LEAST_LENGTH:
            short = next(fresh)
            parts = TEXT.split(script)
            parts[::2] = [_places_of(name).sub(short, part) for part in parts[::2]]
            script = "".join(parts)
    return script


def _places_of(name: str) -> re.Pattern[str]:
    """Not after a dot; after three dots all the same."""
    return re.compile(rf"(?<![\w$])(?:(?<!\.)|(?<=\.\.\.)){re.escape(name)}(?![\w$])")


def _short_names() -> Iterator[str]:
    """The longer ones begin with a sign that no word of the language has."""
    for length in count(1):
        for letters in product(ascii_letters, repeat=length):
            yield "$" * (length > 1) + "".join(letters)


def _unsure(script: str) -> set[str]:
    """Words that stand somewhere for something else, or may do so. Plain texts do not count."""
    found: set[str] = set()
    code = []
    for line in script.split("\n"):
        rest = TEXT.sub("0", line)
        is_unsure = UNSURE.search(rest)
        code.append("" if is_unsure else rest)
        texts = [line] if is_unsure else [text for text in TEXT.findall(line) if text[0] == "`"]
        found.update(word for text in texts for word in WORD.findall(text))
    whole = "\n".join(code)
    return found | {word[0] for word in WORD.finditer(whole) if _may_be_a_key(whole, word)}


def _may_be_a_key(code: str, word: re.Match[str]) -> bool:
    before, after = code[: word.start()], code[word.end() :].lstrip()[:1]
    if before.endswith(".") and not before.endswith("..."):
        return False
    if after == ":" or BEFORE_A_METHOD.search(before[-20:]):
        return True
    return before.rstrip()[-1:] in ("{", ",") and after not in (")", "]", ".")
