"""Nothing in an answer runs or fetches anything, however much of it has come."""

from __future__ import annotations

import pytest

from conversations.markdown import Append, Renderer, Replace, SetOpen, render
from tests.conversations.markdown.page import Page, parse
from tests.conversations.markdown.pieces import in_order
from tests.support.hostile.corpus import TEXTS
from tests.support.hostile.judge import expects_safe

P = "m1"


@pytest.mark.parametrize("name", TEXTS)
def test_r13_r14_nothing_runs_and_nothing_is_fetched_however_much_has_come(name: str) -> None:
    """After every character: what the page is told, and what it holds then."""
    text = TEXTS[name]
    renderer = Renderer(P)
    page = Page(renderer.html(), P)
    for character in text:
        operations = renderer.feed(character)
        for operation in operations:
            match operation:
                case SetOpen(html) | Append(_, html) | Replace(_, html):
                    expects_safe(parse(html))
        page.apply(operations)
        expects_safe(page.root)
    page.apply(renderer.finish())
    expects_safe(page.root)
    assert page.markup() == Page(render(text, P), P).markup()


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_runs_wherever_an_answer_was_cut(name: str) -> None:
    """A page that is loaded then renders the text so far at once."""
    text = TEXTS[name]
    for length in range(len(text)):
        expects_safe(parse(render(text[:length], P, complete=length % 2 == 0)))


def test_all_of_them_in_one_answer_are_its_text() -> None:
    whole = parse(render("\n\n".join(TEXTS.values()), P))
    expects_safe(whole)
    assert whole.text().count("evil()") > 50
    links = {element.attributes.get("href") for element in in_order(whole) if element.tag == "a"}
    assert any(str(href).startswith("https://ok.example") for href in links)


def test_a_label_that_gets_no_number_is_never_part_of_an_attribute() -> None:
    note = '[^x"onclick="y]'
    exhausting = "*a* " * 12_000
    for text in (note, f"{note}\n\n{note}: z", f"{note}\n\n{exhausting}\n\n{note}: z\n"):
        expects_safe(parse(render(text, P, complete=False)))
        expects_safe(parse(render(text, P)))


def test_text_of_our_own_marks_cannot_be_forged() -> None:
    text = "a \ufdd0 \ufdd1b\ufdd2 \ufdd3 \ufdd4c\ufdd5 \ud800 \x00"
    assert render(text, P).count("\ufffd") == 8
