"""A body made a piece at a time is the one that is made in one go."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streaming.providers.http.encoding import _pieces as pieces_of
from streaming.providers.http.encoding import encoded

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), values, max_size=6))
def test_it_is_what_json_makes_of_the_whole(body: dict[str, Any]) -> None:
    whole = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    assert encoded(body) == whole.encode("utf-8", "replace")


def test_half_of_a_surrogate_pair_becomes_a_question_mark() -> None:
    assert encoded({"text": ["a\ud800b"]}) == b'{"text":["a?b"]}'


def test_each_file_of_a_message_is_a_piece() -> None:
    """Nothing else runs while one is made, so all files of a prompt together may be none."""
    parts = [{"type": "image_url", "image_url": {"url": "x" * 1000}} for _ in range(5)]
    pieces = list(pieces_of({"messages": [{"role": "user", "content": parts}]}))
    assert max(map(len, pieces)) < 1100
