"""The encoder that writes nothing: for what is in no format, and for what a format cannot say."""

from __future__ import annotations

from streaming.demo.behaviours.steps import Channel, MediaStep, Problem


class NullEncoder:
    """Lets raw steps through. A format's encoder writes over what its format can say."""

    def __init__(self, content_type: str) -> None:
        self.content_type = content_type

    def opening(self) -> bytes:
        return b""

    def delta(self, channel: Channel, text: str) -> bytes:
        return b""

    def call(self, call_id: str, name: str) -> bytes:
        return b""

    def arguments(self, text: str) -> bytes:
        return b""

    def call_end(self) -> bytes:
        return b""

    def media(self, step: MediaStep) -> bytes:
        return b""

    def keep_alive(self) -> bytes:
        return b""

    def error(self, problem: Problem) -> bytes:
        return b""

    def unterminated_end(self) -> bytes:
        return b""

    def closing(self) -> list[bytes]:
        return []
