"""Invisible characters: they are no title, and no title starts with one."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from conversations.forms import TitleForm
from conversations.invisible import is_blank, is_invisible, title_of


def test_letters_marks_numbers_and_signs_of_all_languages_can_be_seen() -> None:
    """Except for fillers and selectors, which Unicode says to ignore."""
    hidden = [
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(character)[0] in "LNPS" and is_invisible(character)
    ]
    assert hidden == list("\u115f\u1160\u2800\u3164\uffa0\U0001d159")


@pytest.mark.parametrize("title", ["\u200b", "\u2060\ufeff", "\u3164", "\u2800 \u2800"], ids=ascii)
def test_a_title_of_nothing_to_see_is_none(title: str) -> None:
    form = TitleForm({"title": title})
    assert form.errors["title"] == ["A conversation needs a title."]
    assert not TitleForm({"title": f"{title}x"}).errors


def test_a_title_begins_with_what_can_be_seen() -> None:
    assert title_of("\u200b" * 500 + "Hello, \u200bthere") == "Hello, \u200bthere"
    assert is_blank("")
