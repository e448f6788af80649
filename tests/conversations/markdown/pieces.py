"""A text in pieces: what the page shows on the way must be what it shows at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conversations.markdown import Renderer, render
from tests.conversations.markdown.page import Element, Page, parse
from tests.support.hostile.judge import expects_safe

P = "m1"
LENGTHS = (1, 3, 40)
MARKED = ("em", "strong", "del", "sub", "sup", "kbd", "mark")


def expects_settled(text: str) -> Element:
    """The finished page, after each length of pieces has led to it and none took anything back."""
    whole = Page(render(text, P), P)
    expects_safe(whole.root)
    for length in LENGTHS:
        renderer = Renderer(P)
        page = Page(renderer.html(), P)
        for place in range(0, len(text), length):
            page.apply(renderer.feed(text[place : place + length]))
            expects_kept(page.root, whole.root, text[: place + length])
        page.apply(renderer.finish())
        assert page.markup() == whole.markup(), f"pieces of {length}"
    return whole.root


def expects_kept(half: Element, whole: Element, text: str) -> None:
    """Whatever is marked after half the text is marked at its end, and begins alike."""
    final = list(marked(whole))
    for kind, words in marked(half):
        assert any(
            kind == other and longer.startswith(_before_formula(words)) for other, longer in final
        ), f"{kind} {words!r} after {text!r}"


def _before_formula(words: str) -> str:
    """The words up to what may be the first mark of a formula, which goes when it is whole."""
    return re.split(r"[$(\[]", words)[0].rstrip()


def marked(root: Element) -> Iterator[tuple[str, str]]:
    """Emphasis, code and formulas, each with its text."""
    for element in in_order(root):
        formula = element.tag == "math" or element.attributes.get("class") == "math-source"
        if formula:
            yield "formula", ""
        elif element.tag in MARKED and element.attributes.get("class") != "note":
            yield element.tag, element.text()
        elif element.tag == "code":
            yield "code", element.text()


def targets(root: Element) -> list[str]:
    """Where the links lead, sorted."""
    links = (element for element in in_order(root) if element.tag == "a")
    return sorted(element.attributes.get("href") or "" for element in links)


def texts(root: Element, tag: str) -> list[str]:
    """The texts of all such elements, in their order."""
    return [element.text() for element in in_order(root) if element.tag == tag]


def in_order(root: Element) -> Iterator[Element]:
    """Every element inside, as a reader meets them."""
    for child in root.children:
        if isinstance(child, Element):
            yield child
            yield from in_order(child)


def page_of(text: str) -> Element:
    """The finished page."""
    return parse(render(text, P))
