"""A whole document comes out as the specification says.

Judge is markdown-it, which has other ways to find blocks; both read what stands inside blocks
with the same rules. What is ours on purpose is taken away before the comparison: ids, frames
around code, pictures as links, links that lead nowhere, and what is shown where others show
nothing: where such links lead, definitions that nothing cites, words after a code's language.
"""

from __future__ import annotations

import re
from functools import cache
from random import Random

import pytest
from markdown_it import MarkdownIt

from conversations.markdown import render
from conversations.markdown.inline.reader import READER
from tests.conversations.markdown import commonmark
from tests.conversations.markdown.page import Element, parse

BLOCKS = {"blockquote", "div", "hr", "li", "ol", "p", "pre", "ul"}
BLOCKS |= {"table", "tbody", "td", "th", "thead", "tr", *(f"h{level}" for level in range(1, 7))}
OURS = {"address", "block__info", "definition"}
FOLLOWED = ("http:", "https:", "mailto:")
Shape = list["str | tuple[str, dict[str, str], Shape]"]


@cache
def judge() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    reader.disable(["html_block", "html_inline"])
    reader.inline = READER.inline
    return reader


def test_every_example_of_the_specification() -> None:
    for example in commonmark.examples():
        assert ours(example) == theirs(example), example


@pytest.mark.parametrize("seed", range(3))
def test_examples_after_one_another(seed: int) -> None:
    random = Random(seed)
    for _ in range(500):
        chosen = random.sample(commonmark.examples(), random.randint(2, 5))
        text = "\n".join(chosen)
        if not _has_formulas(text):
            assert ours(text) == theirs(text), text


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|---|:-:|\n| 1 | `2 \\| 3` |\n| 4 |\n| 5 | 6 |\nmore\n\nend",
        "text\na | b\n:-- | --:\nc | d\n> quote",
        "| a |\n| - |\n",
        "a | b\n--- | --- | ---\n",
        "~~gone~~ and ~one~ ~~~~ ~~a\nb~~",
        "- a\n- b\n\n  | c |\n  |---|\n  | d |\n",
    ],
)
def test_tables_and_strikethrough(text: str) -> None:
    assert ours(text) == theirs(text)


@pytest.mark.parametrize(
    "text",
    [
        "1. Do this:\n  ```bash\n  ls\n  ```\n2. Next",
        "- a\n    ```py\n    x\n    ```\n- b",
        "- a\n\t```\n\tx\n\t```\n- b",
        "1. a\n\n```\nx\n```\n\n2. b",
        "1. a\n   ```\nx\n   ```\nb",
        "-  ```\n   x\n   ```",
        "```\nx\n   ```\ny",
        "```\nx\n    ```\ny",
        "  ```\n  x\n y\n ```",
        "```py\nx",
        "- ```py\n  x\n\ny",
        "````md\n```py\nx\n```\n````\ny",
        "~~~\n```\nx\n```\n~~~",
        "text\n```\nx\n```\ntext",
        "> ```\n> x\ny",
        "``` x ```\n\n```py x ``` y",
        "```\nx\n``` y\n```",
    ],
)
def test_fences_and_indents_where_models_put_them(text: str) -> None:
    """The specification leaves no room here, so nothing is guessed."""
    assert ours(f"{text}\n") == theirs(f"{text}\n")


def ours(text: str) -> Shape:
    return _plain(parse(render(text, "m1", top=1)))


def theirs(text: str) -> Shape:
    return _plain(parse(judge().render(text)))


def _has_formulas(text: str) -> bool:
    return bool(re.search(r"^ *(\$\$|\\\[)", text, re.MULTILINE))


def _plain(element: Element, link: bool = False) -> Shape:
    """The element without what the two write differently on purpose."""
    flat: Shape = []
    for child in element.children:
        for part in [child] if isinstance(child, str) else _part(child, link):
            if isinstance(part, str) and flat and isinstance(flat[-1], str):
                flat[-1] += part
            else:
                flat.append(part)
    trimmed = [_trimmed(flat, place) for place in range(len(flat))]
    return [part for part in trimmed if part != ""]


def _trimmed(flat: Shape, place: int) -> str | tuple[str, dict[str, str], Shape]:
    """Line ends next to blocks are for the reader of the source only."""
    part = flat[place]
    if not isinstance(part, str):
        return part
    if place == 0 or _is_block(flat[place - 1]):
        part = part.lstrip("\n")
    if place == len(flat) - 1 or _is_block(flat[place + 1]):
        part = part.rstrip("\n")
    return part


def _is_block(part: str | tuple[str, dict[str, str], Shape]) -> bool:
    return not isinstance(part, str) and part[0] in BLOCKS


def _part(element: Element, link: bool) -> Shape:
    attributes = element.attributes
    name = attributes.get("class") or ""
    match element.tag:
        case "div" if name == "block":
            head, code = (child for child in element.children if isinstance(child, Element))
            language = "".join(part for part in _plain(head) if isinstance(part, str))
            return _code(language.strip(), code.text())
        case "pre":
            inner = element.children[0]
            assert isinstance(inner, Element)
            return _code((inner.attributes.get("class") or "")[len("language-") :], inner.text())
        case "span" if name in OURS:
            return []
        case "p" if any(_is_definition(child) for child in element.children):
            inside = _plain(element, link)
            return [("p", {}, inside)] if inside else []
        case "div" | "span":
            return _plain(element, link)
        case "img" if link:
            return [attributes["alt"] or attributes["src"] or ""]
        case "img":
            label = attributes["alt"] or attributes["src"] or ""
            return [("a", _target(attributes, "src"), [label] if label else [])]
        case "a":
            return [("a", _target(attributes, "href"), _plain(element, link=True))]
        case "td" | "th":
            side = re.search("left|center|right", f"{name} {attributes.get('style')}")
            return [(element.tag, {"align": side[0]} if side else {}, _plain(element, link))]
    kept = {"start": attributes["start"] or ""} if "start" in attributes else {}
    return [({"s": "del"}.get(element.tag, element.tag), kept, _plain(element, link))]


def _is_definition(child: Element | str) -> bool:
    return isinstance(child, Element) and child.attributes.get("class") == "definition"


def _code(language: str, code: str) -> Shape:
    return [("pre", {"language": language[:40]}, [code] if code else [])]


def _target(attributes: dict[str, str | None], name: str) -> dict[str, str]:
    """Where a link leads, if it may be followed, and its title."""
    address = attributes.get(name) or ""
    kept = {"to": address} if address.lower().startswith(FOLLOWED) else {}
    title = attributes.get("title")
    return kept | ({"title": title} if title else {})
