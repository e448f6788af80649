"""The test clients' page takes fragments in as htmx does."""

from __future__ import annotations

import pytest

from tests.support.document import parse

PAGE = '<main><div id="a"><p>one</p></div><div id="b">two &amp; <br>three</div></main>'


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        (
            '<div id="a">new</div>',
            '<div id="a">new</div><div id="b">two &amp; <br></br>three</div>',
        ),
        (
            '<div hx-swap-oob="beforeend:#a"><p>x</p>y</div>',
            '<div id="a"><p>one</p><p>x</p>y</div><div id="b">two &amp; <br></br>three</div>',
        ),
        (
            '<p id="b" hx-swap-oob="innerHTML">in</p>',
            '<div id="a"><p>one</p></div><div id="b">in</div>',
        ),
        ('<i id="b" hx-swap-oob="delete"></i>', '<div id="a"><p>one</p></div>'),
        (
            '<div id="elsewhere">no place</div>',
            '<div id="a"><p>one</p></div><div id="b">two &amp; <br></br>three</div>',
        ),
    ],
)
def test_a_fragment_finds_its_place(fragment: str, expected: str) -> None:
    page = parse(PAGE)
    page.swap(fragment)
    assert page.inner() == f"<main>{expected}</main>"


def test_text_on_both_sides_of_a_removed_element_is_one_again() -> None:
    page = parse("one <i id=x></i>two")
    page.swap('<i id="x" hx-swap-oob="delete"></i>')
    assert page.children == ["one two"]
