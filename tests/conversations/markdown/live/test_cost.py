"""A frame costs the same in a short answer and in a long one."""

from __future__ import annotations

from random import Random
from time import thread_time

import pytest

from conversations.markdown import AppendText, Renderer
from tests.bench.markdown import FRAME, TEXTS, size

SHORT = slice(1_000, 9_000)
LONG = slice(52_000, 60_000)


@pytest.mark.parametrize("kind", TEXTS)
def test_a_frame_costs_the_same_at_1k_and_at_60k(kind: str) -> None:
    text = TEXTS[kind](Random(1))[: LONG.stop]
    renderer = Renderer("m1")
    told, spent, most = [], [], 0
    for place in range(0, len(text), FRAME):
        started = thread_time()
        operations = renderer.feed(text[place : place + FRAME])
        spent.append(thread_time() - started)
        told.append(sum(map(size, operations)))
        most = max(most, len(operations))
    assert _part(told, LONG) < 1.5 * _part(told, SHORT)
    assert _part(told, LONG) < 40 * FRAME
    assert most <= 5
    # Quadratic would be eleven times as much; the rest is for other work on the machine.
    assert _part(spent, LONG) < 4 * _part(spent, SHORT)


@pytest.mark.parametrize("start", ["", "- ", "> ", "1. a\n   - ", "# "])
def test_words_in_a_long_text_are_appended(start: str) -> None:
    """Most frames of a paragraph of 20,000 characters are one AppendText each."""
    renderer = Renderer("m1")
    renderer.feed(start + "word " * 4_000)
    operations = [renderer.feed("another ") for _ in range(400)]
    assert sum(frame == [AppendText("another ")] for frame in operations) > 350


def _part(values: list[float] | list[int], part: slice) -> float:
    chosen = values[part.start // FRAME : part.stop // FRAME]
    return sum(chosen) / len(chosen)
