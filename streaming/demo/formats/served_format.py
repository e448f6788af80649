"""What every wire format of the demo offers, and what writes one answer in it."""

from __future__ import annotations

from typing import Any, Protocol

from streaming.demo.behaviours.request import ModelRequest
from streaming.demo.behaviours.steps import Channel, Problem
from streaming.demo.formats.transcript import Transcript


class Encoder(Protocol):
    """Writes one streamed answer; each result is the bytes of whole frames, or nothing.

    It is told of a step before the tally is, so the tally's last part is the one left behind.
    """

    content_type: str

    def opening(self) -> bytes: ...
    def delta(self, channel: Channel, text: str) -> bytes: ...
    def call(self, call_id: str, name: str) -> bytes: ...
    def arguments(self, text: str) -> bytes: ...
    def call_end(self) -> bytes: ...
    def keep_alive(self) -> bytes: ...
    def error(self, problem: Problem) -> bytes: ...

    def leaving(self) -> bytes:
        """What the body ends in when it lacks the terminal signal."""

    def closing(self) -> list[bytes]:
        """The proper end, by the tally's finish reason."""


class ServedFormat(Protocol):
    """One wire format."""

    def read(self, body: dict[str, Any]) -> ModelRequest:
        """The request in no format; raises RequestRefused."""

    def encoder(self, ask: ModelRequest, number: int, tally: Transcript) -> Encoder: ...

    def whole(self, ask: ModelRequest, number: int, tally: Transcript) -> dict[str, Any]:
        """The answer to a request that wants no stream."""

    def problem(self, problem: Problem) -> tuple[int, dict[str, Any]]:
        """The status and the body of an HTTP error."""
