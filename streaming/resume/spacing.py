"""What belongs between two pieces of one text: nothing, a space or a line break. Pure."""

import re
import unicodedata

CLOSING = frozenset(",.;:!?…)]}%'’”»›、。，．：；！？）」』】》〉")
OPENING = frozenset("([{“‘«‹„‚¿¡（「『【《〈")
OPERATORS = frozenset("+=*<>&|^~@#$/\\-‐‑–—−×÷")
CJK = re.compile(r"[\u2e80-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef]")

LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])[ \t]")
BLOCK_START = re.compile(r"#{1,6}[ \t]|[-*+][ \t]|\d{1,9}[.)][ \t]|```|~~~|>|\|")


def missing(kept: str, given: str) -> str:
    """The part of the whitespace `given` that the whitespace `kept` before it lacks."""
    lines_more = given.count("\n") - kept.count("\n")
    indent, kept_indent = _after_last_newline(given), _after_last_newline(kept)
    if lines_more > 0:
        return "\n" * lines_more + indent
    if lines_more == 0 and indent.startswith(kept_indent):
        return indent[len(kept_indent) :]
    return ""


def glue(line: str, after: str, *, in_fence: bool) -> str:
    """What to put between a last line and the text after it, which meet without whitespace."""
    left, right = line[-1:], after[:1]
    if not left or not right:
        return ""
    if in_fence:
        return " " if left.isalnum() and right.isalnum() else ""
    if BLOCK_START.match(after):
        both_items = LIST_ITEM.match(line) and LIST_ITEM.match(after)
        return "\n" if both_items else "\n\n"
    if right in CLOSING or left in OPENING | OPERATORS or CJK.match(left) or CJK.match(right):
        return ""
    wants_space = left.isalnum() or left in CLOSING or unicodedata.category(left)[0] == "S"
    return " " if wants_space else ""


def _after_last_newline(text: str) -> str:
    return text.rpartition("\n")[2]
