"""How much of a beginning of an answer is shown, as a browser counts it."""

from __future__ import annotations

import pytest

from conversations.markdown import visible_length


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("Words", "Words"),
        ("Some **bold** and `co", "Some bold and co"),
        ("a < b & c", "a < b & c"),
        ("- one\n- two", "onetwo"),
        ("An emoji: 🙂", "An emoji: ••"),
        ("```py\nx = 1\n", "x = 1\n"),
        ("[words](https://example.org)", "words"),
    ],
)
def test_marks_and_the_heads_of_code_are_not_counted(text: str, shown: str) -> None:
    assert visible_length(text) == len(shown)
