"""What is written at once comes in order and whole."""

from __future__ import annotations

from typing import Any

import pytest

from chatsite.bounds.direct_write import write_at_once


class Transport:
    """A plain connection as Twisted has it, to a kernel that takes `room` bytes."""

    TLS = False
    connected = True
    disconnecting = False
    dataBuffer = b""  # noqa: N815 (Twisted's name)

    def __init__(self, room: int | Exception) -> None:
        self.room = room
        self.sent = b""
        self._tempDataBuffer: list[bytes] = []

    def writeSomeData(self, data: bytes) -> int | Exception:  # noqa: N802 (as above)
        if isinstance(self.room, Exception):
            return self.room
        taken = data[: self.room]
        self.sent += taken
        self.room -= len(taken)
        return len(taken)

    def write(self, data: bytes) -> None:
        self._tempDataBuffer.append(data)

    @property
    def waiting(self) -> bytes:
        return b"".join(self._tempDataBuffer)


def test_a_kernel_with_room_is_given_all_at_once() -> None:
    transport = Transport(100)
    write_at_once(transport, b"one ")
    write_at_once(transport, b"two")
    assert (transport.sent, transport.waiting) == (b"one two", b"")


def test_what_does_not_fit_waits_and_nothing_overtakes_it() -> None:
    transport = Transport(6)
    write_at_once(transport, b"one ")
    write_at_once(transport, b"two ")
    transport.room = 100
    write_at_once(transport, b"three")
    assert (transport.sent, transport.waiting) == (b"one tw", b"o three")


@pytest.mark.parametrize(
    "state",
    [{"TLS": True}, {"connected": False}, {"disconnecting": True}, {"dataBuffer": b"before"}],
)
def test_otherwise_twisted_writes_in_its_own_time(state: dict[str, Any]) -> None:
    transport = Transport(100)
    vars(transport).update(state)
    write_at_once(transport, b"one")
    assert (transport.sent, transport.waiting) == (b"", b"one")


def test_a_lost_connection_is_left_to_twisted() -> None:
    transport = Transport(ConnectionError("lost"))
    write_at_once(transport, b"one")
    assert transport.waiting == b"one"
