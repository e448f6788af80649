"""Chinese, Japanese and Korean writing: it needs no spaces between words, nor around marks."""

import re

# For character classes: letters, syllables, full-width forms and the punctuation among them.
CJK = (
    "\u1100-\u11ff\u2329\u232a\u2e80-\u303f\u3040-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    "\ufe10-\ufe1f\ufe30-\ufe6f\uff01-\uffee\U00016fe0-\U00018dff\U0001aff0-\U0001b2ff"
    "\U0001f200-\U0001f265\U00020000-\U0003ffff"
)

_CJK = re.compile(f"[{CJK}\U000e0100-\U000e01ef]")


def is_cjk(character: str) -> bool:
    """Whether a character belongs to such writing, or chooses a form of one that does."""
    return bool(_CJK.match(character))
