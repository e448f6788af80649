"""A TeX formula as MathML, or its source where it cannot be read."""

import html
import re
from functools import lru_cache
from unicodedata import normalize
from xml.etree.ElementTree import Element

from latex2mathml import exceptions
from latex2mathml.converter import Converter

from conversations.markdown.inline.tex import prepared

LONGEST = 2_000
DEEPEST = 20

# Macros can make a short formula grow without end.
_MACRO = re.compile(r"\\(?:[gex]?def|let|(?:re)?newcommand|newenvironment|DeclareMathOperator)\b")
_ESCAPED = re.compile(r"\\([$%&#_{}])")
_STROKE = "\u0338"
_NOTATIONS = {
    "box": "math-box",
    "updiagonalstrike": "math-cancel",
    "downdiagonalstrike": "math-bcancel",
    "horizontalstrike": "math-struck",
}
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
        return _markup(converter.convert_to_element(prepared(source)))
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
    text = element.text or ""
    if element.tag == "mi" and text.startswith("\\"):
        raise ValueError("a command that the converter does not know")
    if element.tag == "menclose":
        return _enclosed(element)
    attributes = "".join(
        f' {name}="{html.escape(value)}"'
        for name, value in element.attrib.items()
        if name not in ("xmlns", "mathvariant")
    )
    if element.tag == "mtext":
        text = _ESCAPED.sub(r"\1", text)
    if "mathvariant" in element.attrib:
        attributes += _variant(element.attrib["mathvariant"])
    return f"<{element.tag}{attributes}>{_text(text)}{_children(element)}</{element.tag}>"


def _children(element: Element) -> str:
    out = []
    children = list(element)
    for place, child in enumerate(children):
        struck = place > 0 and _is_stroke(children[place - 1])
        if _is_stroke(child) and place + 1 < len(children):
            continue
        out.append((_struck(child) if struck else _markup(child)) + _text(child.tail))
    return "".join(out)


def _is_stroke(element: Element) -> bool:
    return element.tag == "mpadded" and html.unescape("".join(element.itertext())) == "\u29f8"


def _struck(element: Element) -> str:
    """The relation that `\\not` denies, as the one character that says so."""
    inner = element
    while len(inner) == 1 and not (inner.text or "").strip():
        inner = inner[0]
    if len(inner):
        return f"<mrow><mo>¬</mo>{_markup(element)}</mrow>"
    sign = html.unescape(inner.text or "")
    return f"<mo>{_text(normalize('NFC', sign[:1] + _STROKE))}</mo>" + (
        f"<mi>{_text(sign[1:])}</mi>" if sign[1:] else ""
    )


def _enclosed(element: Element) -> str:
    """A box or strokes: browsers draw none of their own, so a class stands for them."""
    names = (_NOTATIONS.get(name) for name in element.attrib.get("notation", "").split())
    classes = " ".join(name for name in names if name)
    text = _ESCAPED.sub(r"\1", element.text or "").strip("$")
    return f'<mrow class="{classes}">{_text(text)}{_children(element)}</mrow>'


def _variant(name: str) -> str:
    if name == "normal":
        return ' mathvariant="normal"'
    return ' class="math-bold"' if "bold" in name else ""


def _text(text: str | None) -> str:
    return html.escape(html.unescape(text or ""), quote=False)
