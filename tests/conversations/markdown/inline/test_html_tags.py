"""Breaks, indices, keys and marked words live; all other HTML is text."""

from __future__ import annotations

import pytest

from tests.conversations.markdown.pieces import (
    expects_settled,
    in_order,
    page_of,
    texts,
)


@pytest.mark.parametrize(
    "text",
    [
        "First line<br>second line<br/>third<br />fourth<BR>fifth",
        "- a<br>b<br/>c<br />d<br>e",
        "> a<br>b<br>c<br>d<br>e",
        "## a<br>b<br>c<br>d<br>e",
        "| a | b |\n|---|---|\n| a<br>b<br/>c | d<br />e<br>f |",
        "**a<br>b** *c<br>d* [e<br>f](https://g.h)<br>",
    ],
)
def test_a_break_breaks_the_line(text: str) -> None:
    page = expects_settled(text)
    assert sum(element.tag == "br" for element in in_order(page)) == 4
    assert "<" not in page.text()


@pytest.mark.parametrize("name", ["sub", "sup", "kbd", "mark"])
@pytest.mark.parametrize(
    "form", ["a{}b", "- {}", "> **{}**", "### {}", "[{}](https://e.org)", "a | b\n-|-\n{} | c"]
)
def test_small_tags_live_everywhere(name: str, form: str) -> None:
    page = expects_settled(form.format(f"<{name}>x *y* `</{name}>` z</{name}>"))
    assert texts(page, name) == [f"x y </{name}> z"]
    assert "y" in texts(page, "em")


def test_they_stand_in_one_another() -> None:
    page = expects_settled("<sub>a<sup>b<sub>c</sub></sup></sub> and <KBD>Ctrl</KBD>+<kbd>C</kbd>")
    assert texts(page, "sub") == ["abc", "c"]
    assert texts(page, "sup") == ["bc"]
    assert texts(page, "kbd") == ["Ctrl", "C"]


@pytest.mark.parametrize(
    "text",
    [
        "a </sub> b </mark>",
        '<sub class="x">a</sub>',
        '<mark style="x">a</mark>',
        '<br class="x"> <br/ > </br>',
        "<u>a</u> <b>b</b> <i>c</i> <small>d</small> <details>e</details>",
        "<script>a</script> <img src=x onerror=y> <subs>a</subs>",
    ],
)
def test_other_html_is_text(text: str) -> None:
    page = expects_settled(text)
    assert page.text() == text


def test_a_tag_that_nobody_closes_is_text() -> None:
    text = "x <sub>y and <kbd>z\n\n</sub>"
    assert "<sub>y and <kbd>z" in _finished(text)
    assert _finished("<sub>a *b</sub> c*") == "a *b c*"


def test_code_keeps_its_tags() -> None:
    page = expects_settled("`<br>` and `<sub>x</sub>`\n\n```\n<br>\n```\n")
    assert page.text() == "<br> and <sub>x</sub><br>\n"


def _finished(text: str) -> str:
    return page_of(text).text()
