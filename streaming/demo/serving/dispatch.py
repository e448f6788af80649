"""A request on its way from the desk to whoever makes its answer."""

from __future__ import annotations

from dataclasses import dataclass

from streaming.demo.behaviours.request import Ask
from streaming.demo.behaviours.steps import Stream
from streaming.demo.formats.served_format import Wire
from streaming.demo.formats.transcript import Tally
from streaming.demo.serving.connection import Exchange
from streaming.demo.serving.player import Budgeted, Sink
from streaming.demo.serving.visit_log import Visit


@dataclass(frozen=True, slots=True)
class Order:
    """`cut`: after how many bytes of its body the answer is to break off."""

    wire: Wire
    exchange: Exchange
    visit: Visit
    ask: Ask
    speed: float
    cut: int | None

    @property
    def sink(self) -> Sink:
        return self.exchange if self.cut is None else Budgeted(self.exchange, self.cut)

    def pace(self, reply: Stream) -> float:
        return 1.0 if reply.exact else self.speed

    def tally(self, reply: Stream) -> Tally:
        return Tally(sum(len(turn.text) for turn in self.ask.turns), reply.usage_always)
