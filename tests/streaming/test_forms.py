"""What a person types: made storable, measured in bytes, and else left as it is."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from streaming.forms import KeyForm, PromptField, storable

FIELD = PromptField()
LONE = [chr(code) for code in (0xD800, 0xDBFF, 0xDC00, 0xDFFF)]


@given(st.text(alphabet=st.characters() | st.sampled_from(["\0", *LONE])))
def test_what_is_storable_is_utf_8_of_the_same_length_without_nul(text: str) -> None:
    made = storable(text)
    assert len(made) == len(text)
    assert b"\0" not in made.encode()
    assert storable(made) == made
    kept = [(old, new) for old, new in zip(text, made, strict=True) if new != "\ufffd"]
    assert all(old == new for old, new in kept)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("  two  spaces ", "  two  spaces "),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\r\n\r\nb", "a\n\nb"),
        ("a\0b", "a\ufffdb"),
        ("e\u0301 \u2028 \u200b🦉", "e\u0301 \u2028 \u200b🦉"),
    ],
)
def test_a_prompt_is_asked_as_it_was_typed(typed: str, asked: str) -> None:
    assert FIELD.clean(typed) == asked


INVISIBLE = [
    *("\u200b", "\u2060", "\ufeff", "\u3164", "\u2800", "\u00ad", "\u034f", "\u061c", "\u115f"),
    *("\u1680", "\u17b4", "\u180e", "\u200d", "\u200e", "\u2028", "\u202e", "\u2063", "\u206a"),
    *("\u3000", "\ufe0f", "\uffa0", "\ufff9", "\0", "\x1b", "\x85", "\U000e0001", "\U000e0100"),
    *("\U0001d159", "\u200b \u2060\n\ufeff", "\u202f" * 1000),
]


@pytest.mark.parametrize("typed", ["", " ", "\r\n\t", "\u00a0", None, *INVISIBLE], ids=ascii)
def test_a_blank_prompt_is_none(typed: str | None) -> None:
    with pytest.raises(ValidationError, match="Write something first"):
        FIELD.clean(typed)


@pytest.mark.parametrize(
    "typed", [".", "\u200b.", "\u0301", "\ufffd", "\ud800", "\u2801", "🏴\U000e0067"]
)
def test_one_character_that_can_be_seen_is_a_prompt(typed: str) -> None:
    assert FIELD.clean(typed) == storable(typed)


@pytest.mark.parametrize(("character", "most"), [("x", 12), ("é", 6), ("漢", 4), ("🦉", 3)])
def test_l1_a_prompt_is_measured_in_bytes(settings: Any, character: str, most: int) -> None:
    settings.PROMPT_BYTES = 12
    assert FIELD.clean(character * most) == character * most
    with pytest.raises(ValidationError) as refused:
        FIELD.clean(character * most + "x")
    [sentence] = refused.value.messages
    assert "13 bytes" in sentence
    assert "12 is the most" in sentence


@pytest.mark.parametrize("key", ["", "7", None, "not-a-key", "g" * 32])
def test_a_key_that_no_page_made_is_refused(key: str | None) -> None:
    form = KeyForm({"key": key})
    assert not form.is_valid()
    assert "Reload" in str(form.errors["key"])


def test_a_key_is_a_uuid_however_it_is_written() -> None:
    key = uuid.uuid4()
    for text in (str(key), key.hex, str(key).upper()):
        form = KeyForm({"key": text})
        assert form.is_valid()
        assert form.cleaned_data["key"] == key
