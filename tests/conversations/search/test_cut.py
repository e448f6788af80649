"""Where a snippet is cut: between words, where a script puts spaces between them."""

from __future__ import annotations

import pytest

from conversations.search.query import parse
from conversations.search.snippets import LONGEST, markdown_snippet, snippet

WORDS = [f"word{number}" for number in range(200)]


@pytest.mark.parametrize("cut", [snippet, markdown_snippet])
@pytest.mark.parametrize("place", range(0, 190, 19))
def test_it_is_cut_between_words(cut: type, place: int) -> None:
    text = " ".join([*WORDS[:place], "needle", *WORDS[place:]])
    parts = cut(text, parse("needle").terms)
    assert [part.text for part in parts if part.is_marked] == ["needle"]
    shown = "".join(part.text for part in parts).replace("…", "").split()
    assert set(shown) <= {"needle", *WORDS}
    assert len(" ".join(shown)) > LONGEST // 2


def test_marks_of_markdown_that_are_left_out_cut_no_word() -> None:
    text = " ".join(f"**{word}**" for word in [*WORDS, "needle", *WORDS])
    shown = "".join(part.text for part in markdown_snippet(text, parse("needle").terms))
    assert set(shown.replace("…", "").split()) <= {"needle", *WORDS}


@pytest.mark.parametrize("text", ["水道の蛇口" * 100, "ก๊อกน้ำรั่ว" * 60, "x" * 1000])
def test_a_script_without_spaces_is_cut_at_its_length(text: str) -> None:
    [shown, *_] = snippet(text, ())
    assert len(shown.text) == LONGEST


def test_a_word_that_was_found_at_the_end_is_not_cut() -> None:
    text = "needle " + "a " * (LONGEST // 2 - 8) + "needles-without-end " + "b " * 200
    parts = snippet(text, parse("needle").terms)
    shown = "".join(part.text for part in parts)
    assert shown.startswith("needle")
    assert "needles-without" not in shown or "needles-without-end" in shown
