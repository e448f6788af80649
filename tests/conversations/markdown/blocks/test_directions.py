"""Which elements of an answer tell the browser to look for their direction, and when."""

from __future__ import annotations

import re

import pytest

from conversations.markdown import Renderer, render

P = "m1"


@pytest.mark.parametrize(
    ("text", "directed"),
    [
        ("Text", ["p"]),
        ("# Title", ["h3"]),
        ("> Quote\n>\n> More", ["blockquote"]),
        ("- One\n- Two\n\n  More", ["li", "li"]),
        ("1. One\n   - Two", ["li", "li"]),
        ("| A | B |\n|---|---|\n| C | D |", ["div"]),
        ("A[^1]\n\n[^1]: B", ["p", "li"]),
        ("```py\nx\n```", []),
        ("$$\nx\n$$", []),
    ],
)
def test_a_block_looks_for_its_own_direction_and_what_is_in_it_follows(
    text: str, directed: list[str]
) -> None:
    assert re.findall(r'<(\w+)[^>]* dir="auto"', render(text, P)) == directed


@pytest.mark.parametrize("text", ["T", "# T", "> T", "- T", "| T"])
def test_a_block_looks_for_it_from_its_first_letter_on(text: str) -> None:
    assert 'dir="auto"' in render(text, P, complete=False)


def test_code_and_formulas_are_read_from_left_to_right_and_do_not_tell_a_direction() -> None:
    html = render("`x` and $x$ and $\\frac$", P)
    assert html.count('<code dir="ltr"') + html.count('<code class="math-source" dir="ltr"') == 2
    assert re.search(r'<math[^>]* dir="ltr"', html)


def test_headings_begin_below_the_turns_own_level_and_end_with_the_lowest() -> None:
    text = "".join(f"{'#' * level} Title\n\n" for level in range(1, 7))
    assert re.findall(r"<h(\d)", render(text, P)) == [*"345666"]
    assert re.findall(r"<h(\d)", render(text, P, top=1)) == [*"123456"]


def test_a_heading_that_is_being_written_has_its_level() -> None:
    renderer = Renderer(P)
    renderer.feed("Text\n\n# Titl")
    assert "<h3" in renderer.html()
