"""What other renderers leave out is on the page: definitions, addresses, words after a language."""

from __future__ import annotations

import pytest

from tests.conversations.markdown.pieces import (
    expects_settled,
    in_order,
    targets,
    texts,
)

A, B = "https://e.com/a", "https://e.com/b"


@pytest.mark.parametrize(
    "form", ["{}", "> {}", "- {}", "1. one\n\n   {}", "[^1]\n\n[^1]: note\n\n    {}", "> - {}"]
)
def test_definitions_that_nothing_cites_are_shown_where_they_stand(form: str) -> None:
    page = expects_settled("The sky.\n\n" + form.format(f'[1]: {A} "A title"') + "\n\nEnd.")
    assert f'[1]: {A} "A title"' in page.text()
    assert A in targets(page)


def test_they_keep_their_order_and_their_lines() -> None:
    page = expects_settled(f"Sources:\n\n[1]: {A}\n[2]: <{B}>\n[a b]: /c 'd'\nand words")
    assert texts(page, "p")[1] == f"[1]: {A}[2]: {B}[a b]: /c 'd'and words"
    assert targets(page) == [A, B]


def test_those_in_use_are_not_shown() -> None:
    page = expects_settled(
        f"See [one][1], [2] and ![three][Three].\n\n[1]: {A}\n[2]: {B}\n[three]: /c\n"
    )
    assert page.text() == "See one, 2 and three (/c)."
    assert targets(page)[-2:] == [A, B]


def test_one_of_two_with_the_same_label_is_shown() -> None:
    page = expects_settled(f"See [x].\n\n[x]: {A}\n\n[x]: {B}\n")
    assert page.text() == f"See x.[x]: {B}"


@pytest.mark.parametrize("text", ["`[1]`", "```\n[1]\n```", r"\[1\]", "$[1]$"])
def test_what_only_looks_like_a_citation_is_none(text: str) -> None:
    assert f"[1]: {A}" in expects_settled(f"{text}\n\n[1]: {A}\n").text()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[the guide](docs/guide.md)", "the guide (docs/guide.md)"),
        ("[call](tel:+123) or [get](ftp://a.b/c)", "call (tel:+123) or get (ftp://a.b/c)"),
        ("![a chart](img/chart.png)", "a chart (img/chart.png)"),
        ("[a](/b 'title') and [c][d]\n\n[d]: ../e", "a (/b) and c (../e)"),
        ("[docs/a.md](docs/a.md), [Intro](#intro)", "docs/a.md, Intro"),
        ("[Über uns](/%C3%BCber)", "Über uns (/über)"),
        ("[](/b) and [](https://c.d)", " (/b) and https://c.d"),
        ("![](https://e.f/g.png)", "https://e.f/g.png"),
        ("| a |\n|---|\n| [b](c.md) |", "ab (c.md)"),
    ],
)
def test_a_link_that_cannot_be_followed_says_where_it_leads(text: str, shown: str) -> None:
    assert expects_settled(text).text() == shown


def test_a_picture_in_a_link_keeps_its_address_as_a_title() -> None:
    page = expects_settled("[![badge](https://img.example/b.svg)](https://c.d)")
    titles = {element.attributes.get("title") for element in in_order(page)}
    assert titles - {None} == {"https://img.example/b.svg"}
    assert targets(page) == ["https://c.d"]


def test_what_follows_the_language_of_code_is_in_its_head() -> None:
    page = expects_settled('```python title="app.py" {1,3}\nx = 1\n```\n')
    assert page.text() == 'python title="app.py" {1,3}x = 1\n'


def test_footnotes_that_nothing_cites_stand_at_the_end() -> None:
    page = expects_settled("One[^a].\n\n[^a]: A note\n\n[^b]: Another\n\n- [^c]: no note here\n")
    assert "A note" in page.text()
    assert "Another" in page.text()
    assert "no note here" in page.text()


def test_escaped_marks_of_footnotes_lose_no_paragraph() -> None:
    assert expects_settled(r"A note \[^1\] that is none").text() == "A note [^1] that is none"
