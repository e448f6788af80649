"""A TeX formula as MathML, or its source where it cannot be read."""

import html
import re
from functools import lru_cache
from xml.etree.ElementTree import Element

from latex2mathml import exceptions
from latex2mathml.converter import Converter

LONGEST = 2_000
DEEPEST = 20

# Macros can make a short formula grow without end.
_MACRO = re.compile(r"\\(?:[gex]?def|let|(?:re)?newcommand|newenvironment|DeclareMathOperator)\b")
_UNREADABLE: tuple[type[Exception], ...] = (
    *(kind for kind in vars(exceptions).values() if isinstance(kind, type)),
    ArithmeticError,
    AttributeError,
    LookupError,
    RuntimeError,
    StopIteration,
    TypeError,
    ValueError,
)


@lru_cache(maxsize=1024)
def formula_html(source: str, *, display: bool) -> str:
    """MathML of the formula; `<code class="math-source">` when it does not parse."""
    source = source.strip()
    if not source or len(source) > LONGEST or _MACRO.search(source) or _depth(source) > DEEPEST:
        return source_html(source)
    try:
        converter = Converter(display="block" if display else "inline")
        return _markup(converter.convert_to_element(source))
    except _UNREADABLE:
        return source_html(source)


def source_html(source: str, tail: str = "") -> str:
    """The formula as it was written."""
    return f'<code class="math-source">{html.escape(source, quote=False)}{tail}</code>'


def _depth(source: str) -> int:
    depth = deepest = 0
    for mark in re.findall(r"\\.|[{}]", source):
        depth += {"{": 1, "}": -1}.get(mark, 0)
        deepest = max(deepest, depth)
    return max(deepest, source.count(r"\left"), source.count(r"\begin"))


def _markup(element: Element) -> str:
    # The converter's own output leaves text unescaped, so it is written out here.
    if element.tag == "mi" and (element.text or "").startswith("\\"):
        raise ValueError("a command that the converter does not know")
    attributes = "".join(
        f' {name}="{html.escape(value)}"'
        for name, value in element.attrib.items()
        if name != "xmlns"
    )
    inside = _text(element.text) + "".join(_markup(child) + _text(child.tail) for child in element)
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"


def _text(text: str | None) -> str:
    return html.escape(html.unescape(text or ""), quote=False)
