"""The lists of what may stand in an answer, written once more and apart from the renderer's."""

from __future__ import annotations

import re

from tests.conversations.markdown.page import Element

TAGS = """
a blockquote br code del div em h1 h2 h3 h4 h5 h6 hr kbd li mark ol p pre section span strong
sub sup
table tbody td th thead tr ul
math mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub msubsup msup
mtable mtd mtext mtr munder munderover
"""
ATTRIBUTES = """
tabindex
aria-label class data-code dir href id rel role start title
accent accentunder columnalign columnlines columnspacing depth display displaystyle fence form
height largeop linebreak linethickness lspace mathvariant maxsize minsize movablelimits rowlines
rowspacing rspace scriptlevel separator stretchy symmetric voffset width
"""
CLASSES = """
address align-center align-left align-right block block__head block__info block__lang chunk
definition footnote footnotes group highlight image math math-bcancel math-bold math-box
math-cancel math-source math-struck note table task task__box task__box--done
c gd gh gi go gp k m na nb nc nd nf nt nv s
"""
LINK = re.compile(r"(?i:https?://|mailto:)|#m1-note\d+$")
ID = re.compile(r"m1-[\w-]+")


def expects_safe(root: Element) -> None:
    """Only the elements, attributes, classes and addresses that are on the lists."""
    for element in elements(root):
        attributes = element.attributes
        assert element.tag in TAGS.split(), element.tag
        assert set(attributes) <= set(ATTRIBUTES.split()), attributes
        assert set((attributes.get("class") or "").split()) <= set(CLASSES.split()), attributes
        assert ID.fullmatch(attributes.get("id") or "m1-none"), attributes
        href = attributes.get("href") or ""
        assert "href" not in attributes or LINK.match(href), href
        if element.tag == "a" and not href.startswith("#"):
            assert attributes.get("rel") == "noopener noreferrer nofollow"


def elements(element: Element) -> list[Element]:
    """Everything inside, however deep."""
    inner = [child for child in element.children if isinstance(child, Element)]
    return inner + [deeper for child in inner for deeper in elements(child)]


def depth(element: Element) -> int:
    """How deep the elements stand in one another."""
    inner = [child for child in element.children if isinstance(child, Element)]
    return 1 + max(map(depth, inner), default=0)
