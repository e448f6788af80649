"""What an archive says of a run in shapes that nobody reads: it says nothing."""

from __future__ import annotations

from typing import Any

import pytest

from streaming.transfer.incoming.run_notes import opaque, sent, warnings

ODD: list[Any] = [None, True, 7, "x", [], {}, ["x"], {"a": 1}, [{"a": 1}], [[{}]]]


@pytest.mark.parametrize("raw", ODD, ids=repr)
def test_what_is_of_another_shape_says_nothing(raw: Any) -> None:
    assert [warnings(raw), sent(raw), opaque(raw)] == [None, None, None]


def test_what_is_known_is_taken_and_the_rest_left_out() -> None:
    assert warnings([{"code": "x", "message": 7, "more": 1}, {"message": "y"}, {"code": 1}]) == [
        {"code": "x", "message": None}
    ]
    asked = {"system_prompt": ["x"], "parameters": {"temperature": 0.5, "seed": "x", "odd": 1}}
    assert sent(asked) == {"system_prompt": "", "parameters": {"temperature": 0.5}}
    back = {"format": "messages", "blocks": [1, {"type": "text"}, "x"]}
    assert opaque(back) == {"format": "messages", "blocks": [{"type": "text"}]}
    assert opaque({"format": "unheard of", "blocks": []}) is None
    assert opaque({"format": "chat", "extra_content": [1], "reasoning_content": "x"}) == {
        "format": "chat",
        "extra_content": {},
        "reasoning_content": "x",
    }
