"""What the seam costs: characters read, so that no clock can make it fail."""

from typing import Any, SupportsIndex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.providers.base import ResumeMode
from streaming.resume import repetition, seam
from streaming.resume.seam import Seam, SubstringTracker


class Counted(str):
    """Text that counts how many of its characters are looked at."""

    read = 0

    def startswith(self, *sought: Any) -> bool:
        Counted.read += len(sought[0])
        return super().startswith(*sought)

    def find(self, sought: str, start: SupportsIndex | None = None, *_: Any) -> int:
        place = super().find(sought, start)
        Counted.read += (place if place >= 0 else len(self)) - int(start or 0) + len(sought)
        return place

    def __getitem__(self, key: SupportsIndex | slice) -> str:
        got = super().__getitem__(key)
        Counted.read += len(got)
        return got


def read_by(partial: str, told: str, *, size: int = 1) -> int:
    """Characters of `partial` that are read while `told` is followed through it."""
    Counted.read = 0
    trail = SubstringTracker(Counted(partial), "")
    for place in range(0, len(told), size):
        trail.grow(told[place : place + size])
    return Counted.read


LONG = 200_000
STAIRS = "".join("a" * length + "b" for length in range(1, 600))
DOUBLED = "".join("ab" * (2**power) + "c" for power in range(16))


@pytest.mark.parametrize(
    ("partial", "told"),
    [
        ("".join(f"{number:06}" for number in range(LONG // 6)), None),
        ("a" * LONG, None),
        ("a" * LONG, "a" * (LONG - 1) + "b"),
        (STAIRS, "a" * 599),
        (DOUBLED, "ab" * 2**15),
        (("x" * 999 + "y") * (LONG // 1000), "x" * 999 + "y" + "x" * 998 + "z"),
    ],
    ids=["verbatim", "one letter", "nearly", "stairs", "doubled", "paragraphs"],
)
def test_following_a_repetition_reads_the_partial_a_few_times_at_most(
    partial: str, told: str | None
) -> None:
    assert read_by(partial, told or partial) < 4 * (len(partial) + len(told or partial))


@given(st.text("ab", max_size=200), st.text("ab", max_size=60))
def test_following_any_repetition_reads_the_partial_a_few_times_at_most(
    partial: str, told: str
) -> None:
    assert read_by(partial, told) <= 4 * (len(partial) + len(told))


@given(st.text("ab", max_size=60), st.lists(st.text("ab", max_size=4), max_size=12))
def test_a_trail_knows_whether_the_text_occurs(partial: str, pieces: list[str]) -> None:
    trail = SubstringTracker(partial, "")
    for count in range(len(pieces)):
        trail.grow(pieces[count])
        assert trail.found == ("".join(pieces[: count + 1]) in partial)


@pytest.mark.parametrize("mode", ["prefill", "prefill_echo", "instruct"])
def test_a_long_verbatim_restart_is_squeezed_once(
    mode: ResumeMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The held text is never read again before the decision."""
    sizes: list[int] = []

    def squeeze(text: str) -> str:
        sizes.append(len(text))
        return habits_squeeze(text)

    habits_squeeze = repetition.squeeze
    monkeypatch.setattr(seam, "squeeze", squeeze)
    monkeypatch.setattr(repetition, "squeeze", squeeze)
    partial = "".join(f"{number} bottles stand on the wall. " for number in range(LONG // 32))
    joint = Seam(partial, mode)
    for place in range(0, len(partial), 8):
        assert joint.feed(partial[place : place + 8]) == ""
    assert sum(sizes) <= 2 * len(partial) + seam.DECISION_LENGTH  # its head is judged, too
    assert joint.feed("None is left.").endswith("None is left.")
