r"""Whether a text reads like mathematics or like prose.

What marks a formula is also money, the name of a variable in a program, or a bracket that
somebody escaped. Words make prose: two and more in a row, longer than names in formulas are. What
makes mathematics is a sign that prose does not hold: a command that TeX knows, an index or
exponent after a single letter, a digit or a bracket, an equals sign. What stands in `\text{…}` and
its like is left out of account.
"""

import re
from functools import lru_cache

from latex2mathml.commands import CONVERSION_MAP
from latex2mathml.symbols_parser import convert_symbol

from conversations.markdown.inline.cjk import CJK

_COMMAND = re.compile(r"(?<!\\)((?:\\\\)*)\\([A-Za-z]{2,24})\*?")
_WORDS_ALLOWED = re.compile(
    r"\\(?:text\w*|mbox|hbox|[fh]box|math\w+|operatorname|begin|end|tag|label|ref|eqref|color)\*?"
    r"(?:\{(?:[^{}]|\{[^{}]*\})*\}?)?"
)
_MORE_COMMANDS = frozenset(
    ("begin", "end", "left", "right", "big", "label", "middle", "nonumber", "notag", "tag")
)
# After a single letter or digit that is no part of a longer word, or after a bracket.
_INDEX = re.compile(r"(?:(?<![^\W\d])[^\W\d_]|(?<!\w)\d+|[)\]}|'])\s*[\^_]\s*[\w\\{(+*'-]")
_EQUALS = re.compile(r"[=≤≥≠≈≡∈∉⊂⊆⇒⇔∑∏∫√∞±×÷∀∃]")
_EQUATION = re.compile(r"[\w)}\]] [=≤≥≠≈<>] [-\w({\\]")
_BETWEEN = re.compile(r"[\w)}\]] [-+*/<>] [\w({\\]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_GAP = r"(?:[ \n\t]+|[,;:][ \n\t]+)"
_PAIR = re.compile(rf"[^\W\d_]{{3,}}{_GAP}[^\W\d_]{{2,}}|[^\W\d_]{{2,}}{_GAP}[^\W\d_]{{3,}}")
_SENTENCE = re.compile(rf"[^\W\d_]{{2,}}(?:{_GAP}[^\W\d_]+){{2,}}")
_LONG = re.compile(rf"(?:[^\W\d_]{{2,}}{_GAP}){{3,}}[^\W\d_]")
_CJK_PROSE = re.compile(rf"[\u3001\u3002\uff0c\uff1b\uff1a\uff01\uff1f]|[{CJK}]{{8,}}")
_FUNCTIONS = """
arccos arcsin arctan arg argmax argmin cos cosh cot coth csc cov deg det diag dim div erf exp gcd
grad hom inf ker lcm lim ln log max min mod rank sec sgn sign sin sinh span sup tan tanh tr var
Var Cov
"""
_SMALL_WORDS = """
am an as at be by do eg go he ie if in is it me my no of ok on or so to up us vs we
"""
_NAMES = frozenset(_FUNCTIONS.split())
_NO_NAMES = frozenset(_SMALL_WORDS.split())


def is_prose(source: str) -> bool:
    """Whether the words in a text are a sentence's."""
    rest = _without_commands(source)
    if _LONG.search(rest) or _CJK_PROSE.search(rest):
        return True
    return not has_sign(source) and bool(_PAIR.search(rest) or _sentence(rest))


def has_sign(source: str) -> bool:
    """Whether something in it is found in mathematics alone."""
    return has_strong_sign(source) or bool(_EQUALS.search(source))


def has_strong_sign(source: str) -> bool:
    """The same without the signs that programs know, too."""
    return bool(_INDEX.search(source)) or any(
        _is_known(match[2]) for match in _COMMAND.finditer(source)
    )


def is_formula(source: str) -> bool:
    r"""Whether this is mathematics where the marks say so nearly always: `\(…\)`, `$$…$$`."""
    if "://" in source or not any(character.isalnum() for character in source):
        return False
    if is_prose(source):
        return False
    if has_strong_sign(source) or _EQUATION.search(source):
        return True
    return all(map(_is_name, _WORD.findall(source)))


def is_display(source: str) -> bool:
    r"""The same where the marks are brackets that somebody escaped as often: `\[…\]`."""
    if not is_formula(source):
        return False
    return has_sign(source) or bool(_BETWEEN.search(source))


def _is_name(word: str) -> bool:
    """Whether a word may stand in a formula as it is: short names and functions."""
    if len(word) == 2:
        return word.lower() not in _NO_NAMES
    return word in _NAMES or (len(word) == 3 and word.isupper())


def _sentence(rest: str) -> bool:
    match = _SENTENCE.search(rest)
    return match is not None and any(len(word) > 2 for word in _WORD.findall(match[0]))


def _without_commands(source: str) -> str:
    return _COMMAND.sub(" \\\\ ", _WORDS_ALLOWED.sub(" \\\\ ", source))


@lru_cache(maxsize=512)
def _is_known(name: str) -> bool:
    command = f"\\{name}"
    return (
        name in _MORE_COMMANDS or command in CONVERSION_MAP or convert_symbol(command) is not None
    )
