"""One request with all that its answer needs: format, connection, speed and log entry."""

from __future__ import annotations

from dataclasses import dataclass

from streaming.demo.behaviours.request import ModelRequest
from streaming.demo.behaviours.steps import Stream
from streaming.demo.formats.served_format import ServedFormat
from streaming.demo.formats.transcript import Transcript
from streaming.demo.serving.exchange import Exchange
from streaming.demo.serving.player import Sink, TruncatingSink
from streaming.demo.serving.visit_log import LoggedVisit


@dataclass(frozen=True, slots=True)
class Dispatch:
    """`cut`: after how many bytes of its body the answer is to break off."""

    wire: ServedFormat
    exchange: Exchange
    visit: LoggedVisit
    request: ModelRequest
    speed: float
    cut: int | None

    @property
    def sink(self) -> Sink:
        return self.exchange if self.cut is None else TruncatingSink(self.exchange, self.cut)

    def speed_of(self, reply: Stream) -> float:
        return 1.0 if reply.exact else self.speed

    def new_transcript(self, reply: Stream) -> Transcript:
        return Transcript(sum(len(turn.text) for turn in self.request.turns), reply.usage_always)
