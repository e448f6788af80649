"""A socket whose page has left takes what is still sent to it, and writes nothing."""

from __future__ import annotations

import pytest

from chatsite.bounds.sockets import FRAME_BYTES, RoomyProtocol


class Left(RoomyProtocol):
    """A socket in a state of its life, which writes down what goes to the page."""

    client_addr = None

    def __init__(self, state: int) -> None:
        super().__init__()
        self.state = state
        self.written: list[bytes] = []

    def sendData(  # noqa: N802 (autobahn's name)
        self, data: bytes, sync: bool = False, chopsize: int | None = None
    ) -> None:
        self.written.append(data)


STATES = {"closing": RoomyProtocol.STATE_CLOSING, "closed": RoomyProtocol.STATE_CLOSED}


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
@pytest.mark.parametrize(
    "message",
    [
        {"type": "websocket.send", "text": "News"},
        {"type": "websocket.send", "text": "News" * FRAME_BYTES},
        {"type": "websocket.close", "code": 4001},
    ],
    ids=["short", "long", "close"],
)
def test_what_is_sent_to_a_page_that_left_is_dropped(state: int, message: dict[str, str]) -> None:
    socket = Left(state)
    socket.handle_reply(message)
    assert not socket.written
