"""What is typed into the box: words, phrases, filters; and whatever else is text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from conversations.search.query import Query, parse


def words(query: Query) -> list[str]:
    return [" ".join(term.pieces) for term in query.terms]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tap drain", ["tap", "drain"]),
        ('"slow drain" tap', ["slow drain", "tap"]),
        ("“slow drain” tap", ["slow drain", "tap"]),
        ('"never closed tap', ["never closed tap"]),
        ("don't http://a.b/c?d", ["don t", "http a b c d"]),
        ("tap TAP táp", ["tap"]),
        ('" * - : "', []),
        ("is:odd model: has:x", ["is odd", "model", "has x"]),
        ("after:soon before:2026-13", ["after soon", "before 2026 13"]),
        ("after:0001-01-01 on:9999", ["after 0001 01 01", "on 9999"]),
    ],
)
def test_words_and_phrases_are_taken_apart(text: str, found: list[str]) -> None:
    query = parse(text)
    assert words(query) == found
    assert query.filters == ()


def test_filters_stand_next_to_the_words(settings: Any) -> None:
    settings.TIME_ZONE = "UTC"
    query = parse(
        'tap IS:stopped is:failed model:"Claude 4" has:code after:2026-01-05 before:2026-03'
    )
    assert words(query) == ["tap"]
    assert query.states == ("stopped", "failed")
    assert (query.models, query.has_code) == (("Claude 4",), True)
    assert query.since == datetime(2026, 1, 5, tzinfo=UTC)
    assert query.until == datetime(2026, 3, 1, tzinfo=UTC)
    assert query.spelled_words == "tap"


@pytest.mark.parametrize(
    ("word", "since", "until"),
    [
        ("on:2026-02-28", (2026, 2, 28), (2026, 3, 1)),
        ("on:2026-12", (2026, 12, 1), (2027, 1, 1)),
        ("on:2024", (2024, 1, 1), (2025, 1, 1)),
        ("date:2024", (2024, 1, 1), (2025, 1, 1)),
    ],
)
def test_a_day_a_month_and_a_year_have_an_end(
    settings: Any, word: str, since: tuple[int, int, int], until: tuple[int, int, int]
) -> None:
    settings.TIME_ZONE = "UTC"
    query = parse(word)
    assert (query.since, query.until) == (
        datetime(*since, tzinfo=UTC),
        datetime(*until, tzinfo=UTC),
    )
    assert not query.is_empty


def test_a_filter_is_added_and_taken_out() -> None:
    query = parse("tap is:stopped")
    assert query.toggled("has:code") == "tap is:stopped has:code"
    assert query.toggled("is:stopped") == "tap"


@pytest.mark.parametrize("typed", ['"dead letter', 'model:"Claude 4', "“dead letter"])
def test_a_filter_that_is_added_is_no_part_of_a_quote_that_was_left_open(typed: str) -> None:
    before, after = parse(typed), parse(parse(typed).toggled("is:stopped"))
    assert (after.terms, after.models) == (before.terms, before.models)
    assert after.states == ("stopped",)


def test_a_chip_takes_out_a_filter_however_its_letters_were_typed() -> None:
    assert parse("tap IS:Stopped").toggled("is:stopped") == "tap"


def test_what_is_too_much_is_said_in_a_sentence(settings: Any) -> None:
    settings.SEARCH_CHARACTERS, settings.SEARCH_WORDS = 20, 3
    assert parse("x" * 21).trouble == "A search has at most 20 characters; this one has 21."
    assert parse("a b c d").trouble == "A search has at most 3 words; this one has 4."
    assert parse("a-b c-d").trouble
    assert parse("a b c").trouble == ""
