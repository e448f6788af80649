"""What a page says over its socket: read with its types, or refused with a sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.live.position import ListPosition, Position
from streaming.live.protocol import (
    MOST,
    Ack,
    BadCommand,
    Follow,
    ShowsList,
    read_command,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def command(**said: Any) -> str:
    return json.dumps(said)


def test_a_page_says_where_it_stands() -> None:
    said = command(type="follow", leaf=12, generation=7, after=41, status="running")
    assert read_command(said) == Follow(Position(12, 7, 41, "running"))


def test_an_empty_page_stands_nowhere() -> None:
    said = command(type="follow", leaf=None, generation=None, after=0, status=None)
    assert read_command(said) == Follow(Position())
    assert read_command(command(type="follow")) == Follow(Position())


def test_a_status_that_is_none_of_ours_is_as_good_as_none() -> None:
    for status in ("stopping", "", 7, ["running"], {"a": 1}):
        assert read_command(command(type="follow", leaf=1, status=status)) == Follow(Position(1))


def test_a_page_says_what_it_has_shown() -> None:
    assert read_command(command(type="ack", generation=7, seq=42)) == Ack(7, 42)


def test_more_than_is_asked_for_is_ignored() -> None:
    assert read_command(command(type="ack", generation=7, seq=42, more=1)) == Ack(7, 42)


@pytest.mark.parametrize("number", [-1, 1.0, True, "7", MOST, [], float("nan")])
@pytest.mark.parametrize("key", ["leaf", "generation", "after"])
def test_a_number_is_whole_and_not_negative(key: str, number: Any) -> None:
    with pytest.raises(BadCommand, match=f"{key} must be a whole number"):
        read_command(command(type="follow", **{key: number}))


@pytest.mark.parametrize("key", ["generation", "seq"])
def test_an_acknowledgement_needs_both_its_numbers(key: str) -> None:
    said = {"type": "ack", "generation": 1, "seq": 1}
    with pytest.raises(BadCommand, match=f"{key} must be a whole number"):
        read_command(json.dumps({name: value for name, value in said.items() if name != key}))


def test_a_page_says_how_it_shows_the_list() -> None:
    said = read_command(command(type="list", state="a1b2", rows=41))
    assert said == ShowsList(ListPosition("a1b2", 41))
    for wrong in ({"state": 1, "rows": 1}, {"rows": 1}, {"state": "", "rows": "many"}):
        with pytest.raises(BadCommand):
            read_command(command(type="list", **wrong))


def test_an_unknown_command_is_told_the_known_ones() -> None:
    with pytest.raises(BadCommand, match="one of follow, list, ask, ack, seen"):
        read_command(command(type="stop"))


@given(JSON)
def test_whatever_is_said_is_a_command_or_a_sentence(said: Any) -> None:
    for text in (json.dumps(said), json.dumps({"type": "follow", "leaf": said, "after": said})):
        try:
            assert isinstance(read_command(text), Follow | Ack)
        except BadCommand as refusal:
            assert str(refusal).endswith(".")


@given(st.none() | st.text())
def test_what_is_no_json_is_refused(text: str | None) -> None:
    try:
        said = json.loads(text or "")
    except ValueError:
        said = None
    if not isinstance(said, dict):
        with pytest.raises(BadCommand):
            read_command(text)
