"""A page small enough to be trusted: elements and text, and the operations done to them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from conversations.markdown import Append, AppendText, Operation, Remove, Replace, SetOpen

TAIL = "<tail>"
VOID = {"br", "hr", "img"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def find(self, name: str) -> tuple[Element, Element]:
        """The element with this id and the one it stands in; there must be exactly one."""
        found = [pair for pair in self._pairs() if pair[0].attributes.get("id") == name]
        assert len(found) == 1, f"{len(found)} elements have the id {name}"
        return found[0]

    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    def _pairs(self) -> list[tuple[Element, Element]]:
        pairs = []
        for child in self.children:
            if isinstance(child, Element):
                pairs += [(child, self), *child._pairs()]
        return pairs


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("root")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop().tag == tag, f"a stray </{tag}>"

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)

    def close(self) -> None:
        super().close()
        assert len(self._open) == 1, f"<{self._open[-1].tag}> is not closed"


def parse(html: str) -> Element:
    """The elements of some HTML, which must be well-formed."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root


class Page:
    """An answer's element and what is done to it."""

    def __init__(self, html: str, prefix: str) -> None:
        self.root = parse(html)
        self._prefix = prefix

    def apply(self, operations: list[Operation]) -> None:
        for operation in operations:
            self._apply(operation)

    def markup(self) -> str:
        """The page as HTML.

        One difference is allowed between a page and another: text that was appended stands inside
        the tail, text that was there when the tail was made stands before it. So the tail is
        opened up; only the place where it ends is kept.
        """
        return "".join(self._markup(child) for child in self.root.children)

    def _markup(self, node: Element | str) -> str:
        if isinstance(node, str):
            return escape(node, quote=False).replace("\xa0", "&nbsp;")
        inside = "".join(self._markup(child) for child in node.children)
        if node.attributes.get("id") == f"{self._prefix}-tail":
            return inside + TAIL
        attributes = "".join(
            f" {name}" if value is None else f' {name}="{escape(value)}"'
            for name, value in node.attributes.items()
        )
        end = "" if node.tag in VOID else f"</{node.tag}>"
        return f"<{node.tag}{attributes}>{inside}{end}"

    def _apply(self, operation: Operation) -> None:
        match operation:
            case AppendText(text):
                self.root.find(f"{self._prefix}-tail")[0].children.append(text)
            case SetOpen(html):
                self.root.find(f"{self._prefix}-open")[0].children[:] = parse(html).children
            case Append(target, html, _):
                self.root.find(target)[0].children += parse(html).children
            case Replace(target, html):
                element, parent = self.root.find(target)
                new = parse(html).children
                assert len(new) == 1
                assert isinstance(new[0], Element)
                assert new[0].attributes["id"] == target
                parent.children[_place(parent, element)] = new[0]
            case Remove(target):
                element, parent = self.root.find(target)
                del parent.children[_place(parent, element)]


def _place(parent: Element, element: Element) -> int:
    return next(number for number, child in enumerate(parent.children) if child is element)


def markup(html: str, prefix: str) -> str:
    """HTML with the tail opened up: see `Page.markup`."""
    return re.sub(f'<span id="{prefix}-tail">([^<]*)</span>', f"\\1{TAIL}", html)
