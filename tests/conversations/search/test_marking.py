"""Words are marked in what the site rendered, and nothing else of it changes."""

from __future__ import annotations

import re
from html import unescape

import pytest

from conversations.markdown import render
from conversations.search.index.terms import pattern
from conversations.search.marking import mark
from conversations.search.query import parse
from conversations.search.snippets import LONGEST, snippet

SOURCE = """# A *tap* over a drain

Taps & <b>taps</b>, `tap`, [a tap](https://example.org/tap?a=1&b="tap"), $tap^2$ and 大语言模型.

```py
def tap(drain: str = "<tap>") -> None: ...
```

| tap | drain |
|---|---|
| 1 | &lt;tap&gt; |
"""
MARKS = re.compile(r"</?mark[^>]*>")


def marked(html: str, query: str) -> str:
    return mark(html, pattern(parse(query).terms), first=True)[0]


def words(html: str) -> list[str]:
    return [unescape(word) for word in re.findall(r"<mark[^>]*>(.*?)</mark>", html)]


@pytest.mark.parametrize("query", ["tap", "drain", "模型", '"tap over"', "a", "def", "b", "none"])
def test_without_the_marks_it_is_what_was_rendered(query: str) -> None:
    html = str(render(SOURCE, "x"))
    taken_out = MARKS.sub("", marked(html, query))
    assert unescape(taken_out) == unescape(html)
    assert re.findall(r"<[^>]*>", taken_out) == re.findall(r"<[^>]*>", html)


def test_a_word_is_marked_wherever_it_is_shown() -> None:
    html = marked(str(render(SOURCE, "x")), "tap")
    assert len(words(html)) == 9
    assert html.count("data-found") == html.count('id="found"') == 1
    assert html.index("data-found") < html.index("Taps")
    assert "<mark" not in "".join(re.findall(r"<math.*?</math>|<a [^>]*>", html, re.DOTALL))


def test_a_phrase_is_marked_through_the_elements_that_it_goes_through() -> None:
    html = marked("<p>a <em>slow</em> <code>dr<i>ain</i></code> &amp; more</p>", '"slow drain"')
    assert words(html) == ["slow", " ", "dr", "ain"]
    assert html.count("data-found") == 1
    assert words(marked("<p>a slow</p><p>drain</p>", '"slow drain"')) == ["slow", "drain"]


def test_what_looks_like_an_element_stays_text() -> None:
    html = marked("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", "script alert")
    assert "<script" not in html
    assert words(html) == ["script", "alert", "script"]


def test_a_snippet_shows_the_words_and_where_it_was_cut() -> None:
    text = "far " * 500 + "the slow drain\nunder the tap " + "and " * 500
    parts = snippet(text, parse("tap drain").terms)
    assert [part.text for part in parts if part.is_marked] == ["drain", "tap"]
    assert (parts[0].text, parts[-1].text) == ("… ", " …")
    assert sum(len(part.text) for part in parts) <= LONGEST + 4


def test_a_snippet_comes_from_where_most_of_the_words_stand() -> None:
    text = "tap " + "far " * 300 + "a tap over a drain"
    parts = snippet(text, parse("tap drain").terms)
    assert [part.text for part in parts if part.is_marked] == ["tap", "drain"]


def test_without_words_a_snippet_is_the_beginning() -> None:
    assert snippet("Short", ()) == [("Short", False)]
