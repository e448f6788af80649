"""Serves the requests for an answer: from a wire format's request to a playing script."""

from __future__ import annotations

import re
import time
from collections import OrderedDict

from streaming.demo import scripts
from streaming.demo.ask import Ask
from streaming.demo.connection import Exchange
from streaming.demo.player import Budgeted, Player, Sink
from streaming.demo.steps import Hang, Later, NoAnswer, Problem, Refused, Reply, Stream
from streaming.demo.tally import Tally
from streaming.demo.visits import Visit, Visits
from streaming.demo.whole import gather
from streaming.demo.wire import Wire, read_json

_REMEMBERED = 1000
_MODIFIER = re.compile(r"\+(cut|speed)-(\d{1,7})")


class Desk:
    """Answers prompts, at `speed` times the usual pace."""

    def __init__(self, visits: Visits, speed: float = 1.0) -> None:
        self._visits = visits
        self._speed = speed
        self._waits: OrderedDict[tuple[str, str], float] = OrderedDict()

    def serve(self, wire: Wire, exchange: Exchange) -> None:
        visit = exchange.visit = self._visits.open(exchange.path)
        try:
            ask = wire.read(read_json(exchange.body))
            visit.model = ask.model
            visit.continuation = ask.continuation.way if ask.continuation else None
            self._answer(wire, exchange, visit, ask)
        except Refused as refused:
            _report(wire, exchange, refused.problem)

    def _answer(self, wire: Wire, exchange: Exchange, visit: Visit, ask: Ask) -> None:
        modifiers = {name: int(value) for name, value in _MODIFIER.findall(ask.model)}
        speed = self._speed * max(1, modifiers.get("speed", 1))
        play = scripts.find(_MODIFIER.sub("", ask.model))
        if play is None:
            raise Refused(_unknown(ask.model))
        reply: Reply = play(ask)
        if isinstance(reply, Later):
            reply = self._admitted(ask, reply, speed)
        if isinstance(reply, NoAnswer):
            return
        if isinstance(reply, Problem):
            raise Refused(reply)
        tally = Tally(sum(len(turn.text) for turn in ask.turns), reply.usage_always)
        if not ask.stream:
            _answer_whole(wire, exchange, ask, reply, tally)
            return
        sink: Sink = exchange
        if "cut" in modifiers and not ask.continuation:
            sink = Budgeted(exchange, modifiers["cut"])
        encoder = wire.encoder(ask, visit.id, tally)
        pace = 1.0 if reply.exact else speed
        exchange.play(Player(reply.steps, encoder, sink, visit, tally, pace))

    def _admitted(self, ask: Ask, later: Later, speed: float) -> Stream | Problem:
        """Refuse a prompt at first, and until its wait is over."""
        key = (ask.model, ask.prompt)
        now = time.monotonic()
        until = self._waits.setdefault(key, now + later.seconds / speed)
        if now >= until:
            del self._waits[key]
            return later.then
        while len(self._waits) > _REMEMBERED:
            self._waits.popitem(last=False)
        wait = round(until - now, 3)
        message = f"Rate limit reached for requests. Please try again in {wait:g}s."
        return Problem(429, "rate_limit_error", message, "rate_limit_exceeded", wait)


def _answer_whole(wire: Wire, exchange: Exchange, ask: Ask, reply: Stream, tally: Tally) -> None:
    trouble = gather(reply.steps, tally)
    if isinstance(trouble, Hang):
        return
    if trouble:
        raise Refused(trouble)
    if tally.finish is None:
        exchange.cut()
        return
    assert exchange.visit
    exchange.visit.characters = tally.characters
    exchange.reply(200, wire.whole(ask, exchange.visit.id, tally))


def _report(wire: Wire, exchange: Exchange, problem: Problem) -> None:
    headers = [("X-Request-Id", f"demo-{exchange.visit.id}")] if exchange.visit else []
    if problem.retry_after is not None:
        headers.append(("Retry-After", f"{problem.retry_after:g}"))
    exchange.reply(problem.status, wire.problem(problem), headers)


def _unknown(model: str) -> Problem:
    message = f"The model `{model}` does not exist or you do not have access to it."
    return Problem(404, "invalid_request_error", message, "model_not_found")
