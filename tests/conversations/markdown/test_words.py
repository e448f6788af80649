"""Whatever stands in what: no word is missing, and nothing is marked for a while only."""

from __future__ import annotations

import re
from itertools import count
from urllib.parse import unquote

from hypothesis import example, given, settings
from hypothesis import strategies as st

from conversations.markdown import Renderer, render
from tests.conversations.markdown.page import Element, Page
from tests.conversations.markdown.pieces import (
    P,
    expects_kept,
    in_order,
    page_of,
)

WORD = re.compile(r"(?:word|字|كلمة|слово)\d+")
BEGINNINGS = ("word", "字", "كلمة", "слово")
CLOSED = r"""
{} | *{}* | **{}** | ~~{}~~ | `{}` | ``{} ` {}`` | **（{}）**{} | {}**“{}”**{} | *{}。*{} | ***{}***
[{}](https://e.org/{}) | [{}]({}/{}.md) | ![{}]({}.png) | [{}][{}] | {}: https://e.org/{}。{}
vector<{}::{}> | <{}> | <!-- {} --> | {}<br>{} | {}<sub>{}</sub> | <kbd>*{}*</kbd> | <b>{}</b>
${} = 1 + {}$ | \({} = 1\) | a\[{}\] | \[{} {} {}\] | \({} and {}\) | $PATH {} $HOME {} | US$5 {} $6
({}) "{}" — {}… | {}\*{} | &amp;{} | <a@{}.org> | <https://e.org/{}>
"""
FRENCH = "{}\xa0: **{}\xa0:\xa0**{}"
OPEN = r"""
*{} | **{} | ~~{} | `{} | [{} | [{}]( | ![{} | <kbd>{} | ${} | \({} = | $$ {} | _{} | [^{}]
"""
BLOCKS = (
    "{0}",
    "## {0}",
    "{0}\n===",
    "- {0}\n- {0}\n  - {0}",
    "1. {0}\n\n   {0}",
    "- [x] {0}\n- [ ] {0}",
    "> {0}\n> {0}",
    "```{1} {1}\n{0}\n```",
    "~~~{1}\n{1}",
    "    {1} {1}",
    "| {0} | {0} |\n|---|---|\n| {0} | {0} | {0} |\n| {0} |",
    "| `{1} || {1}` | $|{1}|$ |\n|---|---|\n| {0} | {0} |",
    '[{1}]: https://e.org/{1} "{1}"',
    "> [{1}]: /{1} '{1}'\n> {0}",
    "[^{1}]: {0}",
    "$$\n{1} = {1}\n$$.\n{0}",
    "{0}: \\[\n{1} =\n\n{1}\n\\] {0}",
    "{0}\n\\[\n{1} =\n\n {1}\n\\], {0}",
    "\\begin{align}\n{1} &= {1} \\\\\n{1} &= {1}\n\\end{align}",
    "$$\n{1}\n\n{1} {1} {1} {1}",
    "<div>{0}</div>",
)


def kinds(text: str) -> list[str]:
    return [kind for line in text.strip().split("\n") for kind in line.split(" | ")]


MEANT = [*kinds(CLOSED), FRENCH]


@st.composite
def documents(draw: st.DrawFn, inline: list[str]) -> str:
    """Blocks of inline kinds, in which each word is another."""
    numbers = count(1)

    def word() -> str:
        return f"{draw(st.sampled_from(BEGINNINGS))}{next(numbers)}"

    def text() -> str:
        chosen = draw(st.lists(st.sampled_from(inline), min_size=1, max_size=3))
        return " ".join(re.sub(r"\{\}", lambda _: word(), kind) for kind in chosen)

    def block() -> str:
        form = re.sub(r"\{0\}", lambda _: text(), draw(st.sampled_from(BLOCKS)))
        return re.sub(r"\{1\}", lambda _: word(), form)

    return "\n\n".join(block() for _ in range(draw(st.integers(1, 4))))


def words_of(page: Element) -> set[str]:
    """The words that a reader can see, or reach by a link or its title."""
    attributes = [
        unquote(element.attributes.get(name) or "")
        for element in in_order(page)
        for name in ("href", "title")
    ]
    return set(WORD.findall(" ".join([page.text(), *attributes])))


@given(documents([*MEANT, *kinds(OPEN)]))
@settings(max_examples=300, deadline=None)
def test_no_word_is_missing_from_the_page(text: str) -> None:
    assert set(WORD.findall(text)) - words_of(page_of(text)) == set()


@given(documents([*MEANT, *kinds(OPEN)]), st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_pieces_lead_to_the_same_page(text: str, length: int) -> None:
    renderer = Renderer(P)
    page = Page(renderer.html(), P)
    for place in range(0, len(text), length):
        page.apply(renderer.feed(text[place : place + length]))
    page.apply(renderer.finish())
    assert page.markup() == Page(render(text, P), P).markup()


@given(documents([*MEANT, *kinds(OPEN)]))
@example("$$ word1 $$ word2")
@settings(max_examples=60, deadline=None)
def test_nothing_is_marked_for_a_while_only(text: str) -> None:
    whole = page_of(text)
    renderer = Renderer(P)
    page = Page(renderer.html(), P)
    for place, character in enumerate(text, 1):
        page.apply(renderer.feed(character))
        expects_kept(page.root, whole, text[:place])
