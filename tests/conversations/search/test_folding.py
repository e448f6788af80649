"""Folded text: what counts as the same letter, and the way back to the text."""

from __future__ import annotations

import pytest

from conversations.search.index.folding import FoldedText, fold
from conversations.search.index.terms import pattern, term


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ünïcode", "unicode"),
        ("u\u0308ber", "uber"),
        ("ＡＢＣ", "abc"),
        ("İstanbul ısı", "istanbul isi"),
        ("a\u00adb\u200bc", "abc"),
        ("１２ ३४", "12 34"),
        ("a\x00b\ufffd", "a b "),
        ("がか", "がか"),
        ("ﷺ", fold("صلى الله عليه وسلم")),
    ],
)
def test_the_same_letters_become_one(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "query", "part"),
    [
        ("ein Straßenfest", "strasse", "Straßenfest"),
        ("ß" * 2000 + " Tür zu", "tur", "Tür"),
        ("كِتَابٌ جديد", "كتاب", "كِتَابٌ"),
        ("e\u0301te\u0301 ici", "ete", "été"),
        ("大语言模型是", "模型", "模型"),
        ("tap tapping", "tap", "tap"),
    ],
)
def test_a_place_in_folded_text_leads_back_to_the_text(text: str, query: str, part: str) -> None:
    looked_for = term(query)
    assert looked_for is not None
    folded = FoldedText(text)
    place = pattern([looked_for]).search(folded.folded)
    assert place is not None
    assert folded.text[slice(*folded.span(*place.span()))] == part
