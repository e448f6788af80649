"""Half-written Markdown is shown calmly: no marks that vanish, no blocks that jump."""

from __future__ import annotations

import re

import pytest

from conversations.markdown import AppendText, Operation, Renderer, SetOpen, render
from tests.conversations.markdown.page import Page, parse

P = "m1"


def seen(text: str) -> str:
    """The words on the page after this much of an answer."""
    return parse(render(text, P, complete=False)).text()


def half(text: str) -> str:
    """The open part's HTML without ids and the elements that only hold them."""
    html = render(text, P, complete=False)
    html = html[html.index(f'<div id="{P}-open">') :]
    html = re.sub(r' (id|rel|dir)="[^"]*"', "", html)
    return re.sub(r"</?(span|div|p)>", "", html)


@pytest.mark.parametrize(
    "text",
    [
        "A **bold word** and *one*",
        "A ***very* bold** word",
        "A `code *span* with` marks",
        "A [link *with* words](https://example.org/a_b(c) 'title') here",
        "A ![picture](https://example.org/a.png) here",
        "Some ~~old~~ words",
        "A <https://example.org/a> there",
        "**Bold**: `code`, *both* [links](https://example.org) and https://example.org/a_b.",
        "&copy; and &amp; done",
        r"An \*escaped\* mark, 2 * 3 and snake_case for $5",
    ],
)
def test_nothing_is_shown_that_will_vanish(text: str) -> None:
    settled = seen(text + " end")
    for length in range(1, len(text) + 1):
        assert settled.startswith(seen(text[:length])), text[:length]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("one **two", "one two"),
        ("one **two *three", "one two three"),
        ("one **two**", "one two"),
        ("one **two** three", "one <strong>two</strong> three"),
        ("one **two *three* four", "one two <em>three</em> four"),
        ("one `two", "one two"),
        ("one ~~two", "one two"),
        ("see [the docs", "see <a>the docs</a>"),
        ("see [the docs](https://exam", "see <a>the docs</a>"),
        ("see https://exam", "see https://exam"),
        ("so $x^2", "so x^2"),
        (r"so \(x^2", r"so x^2"),
        ("it costs $5 and", "it costs $5 and"),
        ("2 * 3", "2 * 3"),
        ("f(*args", "f(*args"),
        ("all *.py", "all *.py"),
        ("un*like", "un*like"),
        ("(a)**b", "(a)**b"),
        ("中**文", "中文"),
    ],
)
def test_what_is_open_is_plain_until_it_is_closed(text: str, html: str) -> None:
    assert half(text).removesuffix("</div>") == html


@pytest.mark.parametrize(
    "text",
    [
        *("#", "-", "1", "`", ">", "|", "##", "- ", "1.", "1. ", "```", "```pyth", "~~", "> "),
        *("---", "***", "===", "$$", "- [", "- [ ", "- [x]", "[docs]: https://exam", "[^1", "\\["),
    ],
)
def test_a_line_that_says_too_little_waits(text: str) -> None:
    assert seen(text) == ""
    assert seen(f"Before\n\n{text}") == "Before"


def test_an_opener_that_nobody_closes_is_a_mark_like_others() -> None:
    text = "Call it with *args and " + "more words " * 40
    assert "<em>" not in render(text, P, complete=False)
    assert "*args" in seen(text)


def test_a_formula_shows_its_source_until_it_is_whole() -> None:
    assert '<code class="math-source">\\frac{a}{' in render("$$\n\\frac{a}{", P, complete=False)
    assert "<math" in render("$$\n\\frac{a}{b}\n$$\n", P, complete=False)


def test_a_table_is_a_table_from_its_header_on() -> None:
    for text in ("| a", "| a | b", "| a | b |\n", "| a | b |\n|--", "| a | b |\n|---|---|\n| 1"):
        assert "<table" in render(text, P, complete=False), text


def test_code_is_code_from_its_first_character_on() -> None:
    renderer = Renderer(P)
    page = Page(renderer.html(), P)
    for character in "```python\nx = 1\n``":
        page.apply(renderer.feed(character))
    assert page.root.text() == "pythonx = 1\n"
    assert "data-code" in renderer.html()


def test_what_stands_above_the_tail_is_not_touched() -> None:
    renderer = Renderer(P)
    renderer.feed("First item:\n\n- one\n- two with **bold** words\n- thr")
    for delta in ("ee and", " more", " words", "\n", "- four", " then"):
        for operation in renderer.feed(delta):
            assert not _touches(operation, f"{P}-b1-0"), operation
            assert not _touches(operation, f"{P}-b1-1"), operation
            assert not isinstance(operation, SetOpen), operation


def test_words_are_appended_and_nothing_else() -> None:
    renderer = Renderer(P)
    renderer.feed("> - A **bold")
    for delta in (" word", " is", " bold", " to", " its", " end"):
        assert renderer.feed(delta) == [AppendText(delta)]


def _touches(operation: Operation, name: str) -> bool:
    return getattr(operation, "target", "").startswith(name)
