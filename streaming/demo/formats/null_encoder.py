"""The encoder that encodes nothing, for what is in no format."""

from __future__ import annotations

from streaming.demo.behaviours.steps import Channel, Problem


class NullEncoder:
    """Lets raw steps through and says nothing of its own."""

    def __init__(self, content_type: str) -> None:
        self.content_type = content_type

    def opening(self) -> bytes:
        return b""

    def delta(self, channel: Channel, text: str) -> bytes:
        return text.encode()

    def call(self, call_id: str, name: str) -> bytes:
        return b""

    def arguments(self, text: str) -> bytes:
        return b""

    def call_end(self) -> bytes:
        return b""

    def keep_alive(self) -> bytes:
        return b""

    def error(self, problem: Problem) -> bytes:
        return b""

    def unterminated_end(self) -> bytes:
        return b""

    def closing(self) -> list[bytes]:
        return []
