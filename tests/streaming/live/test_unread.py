"""What a page was sent and has not read: counted, up to a bound, forgotten in order."""

from __future__ import annotations

from streaming.live.unread import Unread


def test_nothing_is_unread_at_first() -> None:
    unread = Unread(2, 100)
    assert unread.nothing
    assert not unread.too_much


def test_l4_frames_are_bounded() -> None:
    unread = Unread(2, 100)
    unread.sent(1, 1, 10)
    assert not unread.too_much
    unread.sent(1, 2, 10)
    assert unread.too_much


def test_l4_bytes_are_bounded() -> None:
    unread = Unread(1000, 100)
    unread.sent(1, 1, 99)
    assert not unread.too_much
    unread.sent(1, 2, 1)
    assert unread.too_much


def test_an_acknowledgement_forgets_all_up_to_it() -> None:
    unread = Unread(3, 100)
    for seq in (1, 2, 3):
        unread.sent(1, seq, 30)
    unread.acknowledged(1, 2)
    assert not unread.too_much
    assert not unread.nothing
    unread.acknowledged(1, 3)
    assert unread.nothing


def test_a_later_generation_acknowledges_the_earlier_ones() -> None:
    unread = Unread(3, 100)
    unread.sent(1, 40, 10)
    unread.sent(2, 1, 10)
    unread.acknowledged(2, 0)
    assert not unread.nothing
    unread.acknowledged(2, 1)
    assert unread.nothing


def test_an_old_or_doubled_acknowledgement_changes_nothing() -> None:
    unread = Unread(2, 100)
    unread.sent(2, 5, 60)
    unread.sent(2, 6, 60)
    for generation, seq in ((1, 99), (2, 4), (2, 4)):
        unread.acknowledged(generation, seq)
    assert unread.too_much
    unread.acknowledged(2, 6)
    unread.acknowledged(2, 6)
    assert unread.nothing
