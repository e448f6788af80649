"""What every wire format offers on the side of the server, and its encoder of one answer."""

from __future__ import annotations

from typing import Any, Protocol

from streaming.demo.behaviours.request import ModelRequest
from streaming.demo.behaviours.steps import Channel, MediaStep, Problem
from streaming.demo.formats.transcript import Transcript


class Encoder(Protocol):
    """Writes one streamed answer; each result is the bytes of whole frames, or nothing.

    It hears of a step before the transcript does, so the transcript's last part is the part before.
    """

    content_type: str

    def opening(self) -> bytes: ...
    def delta(self, channel: Channel, text: str) -> bytes: ...
    def call(self, call_id: str, name: str) -> bytes: ...
    def arguments(self, text: str) -> bytes: ...
    def call_end(self) -> bytes: ...
    def media(self, step: MediaStep) -> bytes: ...
    def keep_alive(self) -> bytes: ...
    def error(self, problem: Problem) -> bytes: ...

    def unterminated_end(self) -> bytes:
        """The last bytes of a body that lacks the terminal signal."""

    def closing(self) -> list[bytes]:
        """The proper end, by the transcript's finish reason."""


class ServedFormat(Protocol):
    """One wire format."""

    def read(self, body: dict[str, Any]) -> ModelRequest:
        """The request in no format; raises RequestRefused."""

    def encoder(self, request: ModelRequest, number: int, transcript: Transcript) -> Encoder: ...

    def unstreamed(
        self, request: ModelRequest, number: int, transcript: Transcript
    ) -> dict[str, Any]:
        """The answer to a request that wants no stream."""

    def problem(self, problem: Problem) -> tuple[int, dict[str, Any]]:
        """The status and the body of an HTTP error."""
