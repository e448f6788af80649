"""Times in words, as a reader is told them."""

import pytest

from streaming.error_messages import durations


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (12.5, "13 s"),
        (120, "120 s"),
        (121, "3 min"),
        (7200, "120 min"),
        (7201, "3 h"),
        (86_400, "longer than a day"),
        (1e12, "longer than a day"),
        (float("inf"), "longer than a day"),
    ],
)
def test_a_span_is_said_as_people_say_it(seconds: float, words: str) -> None:
    assert durations.duration(seconds) == words


@pytest.mark.parametrize(
    ("spent", "label"),
    [
        (None, ""),
        (0.2, "Thought for a moment"),
        (0.6, "Thought for 1 s"),
        (4.2, "Thought for 4 s"),
        (59.6, "Thought for 1 min"),
        (61.0, "Thought for 1 min 1 s"),
    ],
)
def test_a_time_of_thinking_is_told_in_words(spent: float | None, label: str) -> None:
    assert durations.thought(spent) == label
