"""What a page may hold that shows text of models, people, tools and servers.

expects_safe(root, prefix)      Markdown: the lists of what may stand in it, written once more
                                and apart from the renderer's
expects_only_text(page, same)   a page: it has the elements of the `same` page with harmless
                                words, and its Markdown what may stand there
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol
from urllib.parse import urlsplit

from tests.support.hostile.corpus import EVIL, words_of

TAGS = words_of("""
a blockquote br code del div em h1 h2 h3 h4 h5 h6 hr kbd li mark ol p pre section span strong
sub sup
table tbody td th thead tr ul
math mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub msubsup msup
mtable mtd mtext mtr munder munderover
""")
ATTRIBUTES = words_of("""
tabindex
aria-label class data-code dir href id rel role start title
accent accentunder columnalign columnlines columnspacing depth display displaystyle fence form
height largeop linebreak linethickness lspace mathvariant maxsize minsize movablelimits rowlines
rowspacing rspace scriptlevel separator stretchy symmetric voffset width
""")
CLASSES = words_of("""
address align-center align-left align-right block block__head block__info block__lang chunk
definition footnote footnotes group highlight image math math-bcancel math-bold math-box
math-cancel math-source math-struck note table task task__box task__box--done
c gd gh gi go gp k m na nb nc nd nf nt nv s
""")
OUTGOING = "noopener noreferrer nofollow"

FOUND: tuple[Mapping[str, str], ...] = (
    {"class": "found"},
    {"class": "found", "id": "found", "data-found": ""},
    {"class": "hint", "id": "found", "data-found": ""},
)
"""What the search puts into Markdown."""

MARKDOWN = "prose"
"""The class of every element that holds Markdown."""

FETCHED = ("src", "srcset", "poster", "data", "background", "xlink:href")
FOLLOWED = ("href", "action", "formaction", "cite", "ping", "hx-get", "hx-post", "data-script")
SCHEMES = ("", "http", "https", "mailto", "otpauth")
"""The last leads from a page of ours to an app for second factors, never from Markdown."""
OURS = re.compile(r"id|name|class|style|form|for|hx-.*|on.*|aria-controls|popovertarget")
"""Attributes by which a page works: none of them ever says what somebody wrote."""


class Element(Protocol):
    """Of either parser of the tests."""

    @property
    def tag(self) -> str: ...

    @property
    def attributes(self) -> Mapping[str, str | None]: ...

    @property
    def children(self) -> Sequence[object]: ...


def expects_safe(root: Element, prefix: str = "m1") -> None:
    """Only the elements, attributes, classes and addresses that are on the lists."""
    link = re.compile(rf"(?i:https?://|mailto:)|#{prefix}-note\d+$")
    own = re.compile(rf"{prefix}-[\w-]+")
    for element in inside(root):
        said = element.attributes
        if said in FOUND and element.tag in ("mark", "p"):
            continue
        assert element.tag in TAGS, element.tag
        assert set(said) <= ATTRIBUTES, said
        assert set((said.get("class") or "").split()) <= CLASSES, said
        assert "id" not in said or own.fullmatch(said["id"] or ""), said
        href = said.get("href") or ""
        assert "href" not in said or link.match(href), href
        assert element.tag == "a" or "href" not in said, said
        if element.tag == "a" and not href.startswith("#"):
            assert said.get("rel") == OUTGOING, said


def inside(element: Element) -> Iterator[Element]:
    """Everything in it, however deep."""
    ahead = inner(element)
    while ahead:
        one = ahead.pop()
        yield one
        ahead += inner(one)


def inner(element: Element) -> list[Element]:
    return [child for child in element.children if not isinstance(child, str)]  # type: ignore[misc]


def depth(element: Element) -> int:
    """How deep the elements stand in one another."""
    return 1 + max(map(depth, inner(element)), default=0)


def expects_only_text(page: Element, same: Element) -> None:
    """Nothing of what was written on this page is an element or an attribute of it.

    `same` is the page as it is where harmless words of the same shape stand there.
    """
    expects_nothing_reached(page)
    skeleton, expected = Counter(shapes(page)), Counter(shapes(same))
    assert skeleton == expected, f"more: {skeleton - expected}; less: {expected - skeleton}"


def expects_nothing_reached(page: Element) -> None:
    """It fetches from its own site alone, follows no text, and its Markdown is on the lists."""
    for element in (page, *outside_markdown(page)):
        said = element.attributes
        assert element.tag != "script" or (said.get("src") or "/static/").startswith("/static/")
        for name, value in said.items():
            words = (value or "").strip()
            assert not (OURS.fullmatch(name) and "evil" in words), f"{name}={words!r}"
            if name in FETCHED or (name in FOLLOWED and element.tag != "a"):
                assert EVIL not in words.partition("?")[0], f"{name}={words!r}"
                assert words.startswith(("/", "#", "?")) or not words, f"{name}={words!r}"
                assert not words.startswith(("//", "/\\")), f"{name}={words!r}"
            elif name in FOLLOWED:
                assert urlsplit(words).scheme in SCHEMES, words
                assert not words.startswith(("//", "/\\")), f"{name}={words!r}"
        if is_markdown(element):
            expects_safe(element, said.get("id") or r"[\w-]+")


def shapes(page: Element) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The elements of a page with the names of their attributes, without those in Markdown."""
    for element in outside_markdown(page):
        yield element.tag, tuple(sorted(element.attributes))


def outside_markdown(page: Element) -> Iterator[Element]:
    ahead = inner(page)
    while ahead:
        one = ahead.pop()
        yield one
        if not is_markdown(one):
            ahead += inner(one)


def is_markdown(element: Element) -> bool:
    return MARKDOWN in (element.attributes.get("class") or "").split()
