"""A page as a client without a browser keeps it: parsed HTML, and htmx's out-of-band swaps on it.

It knows of htmx what the site uses: an element of a fragment replaces the one with its id, unless
its `hx-swap-oob` says `innerHTML`, `beforeend` or `delete`, maybe with an id to act on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser

TAIL = re.compile(r'<span id="[\w-]+-tail">([^<]*)</span>')
INVISIBLE_END = re.compile(r"\s+(?=</(?:p|li|h[1-6]|td|th)>)")
VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "wbr"})


class Element:
    """An element, or (with an empty tag) the root of a page or fragment."""

    def __init__(self, tag: str = "", attributes: dict[str, str] | None = None) -> None:
        self.tag = tag
        self.attributes = attributes or {}
        self.parent: Element | None = None
        self.children: list[Element | str] = []

    def append(self, child: Element | str) -> None:
        if isinstance(child, Element):
            child.parent = self
        elif self.children and isinstance(last := self.children[-1], str):
            self.children[-1] = last + child
            return
        self.children.append(child)

    def replace_with(self, *others: Element | str) -> None:
        assert self.parent is not None
        siblings = self.parent.children
        at = next(at for at, sibling in enumerate(siblings) if sibling is self)
        rest = siblings[at + 1 :]
        del siblings[at:]
        for node in (*others, *rest):
            self.parent.append(node)

    def walk(self) -> Iterator[Element]:
        """The element and all inside it, in the order of the page."""
        ahead = [self]
        while ahead:
            element = ahead.pop()
            yield element
            ahead += [child for child in reversed(element.children) if isinstance(child, Element)]

    def all(self, attribute: str, value: str | None = None) -> list[Element]:
        """The elements that carry the attribute, with that value if one is given."""
        found = [element for element in self.walk() if attribute in element.attributes]
        return [element for element in found if value in {None, element.attributes[attribute]}]

    def one(self, attribute: str, value: str | None = None) -> Element:
        found = self.all(attribute, value)
        assert len(found) == 1, f"{len(found)} elements have {attribute}={value!r}"
        return found[0]

    def text(self) -> str:
        return "".join(c if isinstance(c, str) else c.text() for c in self.children)

    def inner(self) -> str:
        """The content in one spelling, so that two trees that show the same are equal."""
        return "".join(escape(c) if isinstance(c, str) else c.outer() for c in self.children)

    def outer(self) -> str:
        said = "".join(f' {key}="{value}"' for key, value in sorted(self.attributes.items()))
        return f"<{self.tag}{said}>{self.inner()}</{self.tag}>"

    def shown(self) -> str:
        """What a reader sees of the content.

        The place where running text grows is an element of its own, and ends in white space now
        and then; neither can be seen.
        """
        return INVISIBLE_END.sub("", TAIL.sub(r"\1", self.inner()))

    def fill(self, html: str) -> None:
        """Show this instead of what stood inside."""
        self.children.clear()
        _move(parse(html), self)

    def swap(self, html: str) -> None:
        """Take in a fragment as htmx does out of band; what has no place in the page is dropped."""
        for element in [child for child in parse(html).children if isinstance(child, Element)]:
            self._swap_one(element)

    def _swap_one(self, element: Element) -> None:
        how = element.attributes.pop("hx-swap-oob", "true")
        if element.attributes.get("id") == "edits":
            self._place_steps(element)
        style, _, selector = how.partition(":")
        target = selector.removeprefix("#") or element.attributes.get("id", "")
        for place in self.all("id", target):
            match style:
                case "true" | "outerHTML":
                    place.replace_with(element)
                case "innerHTML":
                    place.children.clear()
                    _move(element, place)
                case "beforeend" if "row" in element.attributes.get("class", "").split():
                    _take_row(place, element)
                case "beforeend":
                    _cut_behind(place, element.attributes.pop("data-after", ""))
                    _move(element, place)
                case "delete":
                    place.replace_with()
                case _:
                    raise AssertionError(f"no test client knows hx-swap-oob={how!r}")

    def _place_steps(self, edits: Element) -> None:
        """What the page's script does with numbers of siblings that come with the sum of edits.

        The marks in the margin that come with them are left to a browser.
        """
        for steps in edits.all("class", "siblings"):
            for own in self.all("id", steps.attributes["id"]):
                own.replace_with(steps)
        edits.children.clear()


def _cut_behind(thread: Element, message: str) -> None:
    """What the page's script does for another branch: nothing stands after the fork then."""
    if message:
        names = [c.attributes.get("id") if isinstance(c, Element) else "" for c in thread.children]
        del thread.children[names.index(f"message-{message}") + 1 :]


def _take_row(shown: Element, row: Element) -> None:
    """What the page's script does with a row of the list that comes alone."""
    for own in shown.all("id", row.attributes["id"]):
        own.replace_with(row)


def _move(source: Element, target: Element) -> None:
    for child in source.children:
        target.append(child)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element()
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        while len(self.open) > 1 and self.open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.open[-1].append(data)


def parse(html: str) -> Element:
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root
