"""L4: what a page was sent and has not read is counted, up to a bound, and forgotten in order."""

from __future__ import annotations

from typing import Any

from streaming.live.flow_control import FlowControl


def flow_control(settings: Any, frames: int, size: int, calls: list[str] | None = None) -> Any:
    settings.SOCKET_UNREAD_FRAMES, settings.SOCKET_UNREAD_BYTES = frames, size
    calls = [] if calls is None else calls
    return FlowControl(lambda: calls.append("full"), lambda: calls.append("timeout"))


def test_nothing_is_unread_at_first(settings: Any) -> None:
    flow = flow_control(settings, 2, 100)
    assert flow.all_read
    assert not flow.too_much_unread


def test_l4_frames_are_bounded(settings: Any) -> None:
    flow = flow_control(settings, 2, 100)
    flow.sent(1, 1, 10)
    assert not flow.too_much_unread
    flow.sent(1, 2, 10)
    assert flow.too_much_unread


def test_l4_bytes_are_bounded(settings: Any) -> None:
    flow = flow_control(settings, 1000, 100)
    flow.sent(1, 1, 99)
    assert not flow.too_much_unread
    flow.sent(1, 2, 1)
    assert flow.too_much_unread


def test_an_acknowledgement_forgets_all_up_to_it(settings: Any) -> None:
    flow = flow_control(settings, 3, 100)
    for seq in (1, 2, 3):
        flow.sent(1, seq, 30)
    flow.acknowledged(1, 2)
    assert not flow.too_much_unread
    assert not flow.all_read
    flow.acknowledged(1, 3)
    assert flow.all_read


def test_a_later_generation_acknowledges_the_earlier_ones(settings: Any) -> None:
    flow = flow_control(settings, 3, 100)
    flow.sent(1, 40, 10)
    flow.sent(2, 1, 10)
    flow.acknowledged(2, 0)
    assert not flow.all_read
    flow.acknowledged(2, 1)
    assert flow.all_read


def test_an_old_or_doubled_acknowledgement_changes_nothing(settings: Any) -> None:
    flow = flow_control(settings, 2, 100)
    flow.sent(2, 5, 60)
    flow.sent(2, 6, 60)
    for generation, seq in ((1, 99), (2, 4), (2, 4)):
        flow.acknowledged(generation, seq)
    assert flow.too_much_unread
    flow.acknowledged(2, 6)
    flow.acknowledged(2, 6)
    assert flow.all_read


async def test_l4_a_page_that_was_too_slow_waits_until_it_has_read_all(settings: Any) -> None:
    calls: list[str] = []
    flow = flow_control(settings, 2, 100, calls)
    flow.sent(1, 1, 10)
    assert not flow.must_wait()
    flow.sent(1, 2, 10)
    assert flow.must_wait()
    flow.acknowledged(1, 1)
    assert flow.must_wait()
    flow.acknowledged(1, 2)
    assert not flow.must_wait()
    assert calls == ["full"]
