"""The judge finds what it looks for: each text of the corpus, where a page took it as it is."""

from __future__ import annotations

from html import escape

import pytest

from tests.support.document import parse
from tests.support.hostile.corpus import LINES, TEXTS, harmless
from tests.support.hostile.judge import expects_nothing_reached, expects_only_text

WITHOUT_ELEMENTS = (
    *("attribute", "single quotes", "no quotes", "template", "address", "entities", "control"),
    *("path", "sum", "sum in disguise", "our marks", "json"),
)
"""They mean something in an attribute, in an address or elsewhere."""


def page(words: str) -> str:
    return f'<main><p title="A title">{words}</p><div id="answer-1" class="prose"></div></main>'


@pytest.mark.parametrize("name", sorted(LINES.keys() - set(WITHOUT_ELEMENTS)))
def test_an_element_that_was_written_is_found(name: str) -> None:
    same = parse(page(harmless(LINES[name])))
    expects_only_text(parse(page(escape(LINES[name]))), same)
    with pytest.raises(AssertionError):
        expects_only_text(parse(page(LINES[name])), same)


@pytest.mark.parametrize("name", ["attribute", "end of an element", "picture", "htmx"])
def test_an_attribute_that_was_written_is_found(name: str) -> None:
    same = parse(page("").replace("A title", "x"))
    with pytest.raises(AssertionError):
        expects_only_text(parse(page("").replace("A title", LINES[name])), same)


@pytest.mark.parametrize(
    "html",
    [
        "<script src='https://evil.example/x.js'></script>",
        "<img src='//evil.example/a.png'>",
        "<img src='data:image/png;base64,x'>",
        "<a href='javascript:evil()'>x</a>",
        "<a href='//evil.example'>x</a>",
        "<form action='https://evil.example'></form>",
        "<p id='evil'>x</p>",
        "<p hx-get='/?q=evil'>x</p>",
        "<p style='background: url(evil)'>x</p>",
        "<div class='prose'><img src='/a.png'></div>",
        "<div class='prose'><p onclick='x'>x</p></div>",
        "<div class='prose'><p data-action='x'>x</p></div>",
        "<div class='prose'><a href='https://ok.example'>without rel</a></div>",
        "<div class='prose'><a href='/x' rel='noopener noreferrer nofollow'>x</a></div>",
        "<div id='answer-1' class='prose'><p id='thread'>x</p></div>",
        "<div class='prose'><svg></svg></div>",
    ],
)
def test_what_reaches_out_is_found_wherever_it_stands(html: str) -> None:
    with pytest.raises(AssertionError):
        expects_nothing_reached(parse(f"<main>{html}</main>"))


def test_the_corpus_reaches_for_all_that_a_page_could_give() -> None:
    words = "\n".join(TEXTS.values()).lower()
    for each in (
        *("<script", "<svg", "<iframe", "<object", "<form", "<base", "<link", "<meta", "<style"),
        *("<math", "<video", "<img", "onerror", "onclick", "onfocus", "style=", "srcset", "srcdoc"),
        *(
            "javascript:",
            "vbscript:",
            "data:",
            "file:",
            "blob:",
            "//evil",
            "hx-get",
            "hx-on",
            "id=",
        ),
        *("data-", "\\href", "```mermaid", "\u202e", "\x00", "\ud800", "</title", "</textarea"),
    ):
        assert each in words, each
