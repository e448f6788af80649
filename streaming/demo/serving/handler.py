"""Serves the requests for an answer: from a wire format's request to a playing script."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from dataclasses import replace

from streaming.demo.behaviours import demo_models
from streaming.demo.behaviours.request import ModelRequest
from streaming.demo.behaviours.steps import (
    Hang,
    Malformed,
    Problem,
    RateLimited,
    Redirect,
    Reply,
    RequestRefused,
    Stream,
    Unstreamed,
)
from streaming.demo.formats.fields import read_json
from streaming.demo.formats.null_encoder import NullEncoder
from streaming.demo.formats.responses import ResponsesFormat
from streaming.demo.formats.served_format import ServedFormat
from streaming.demo.formats.transcript import Transcript
from streaming.demo.serving.archive import Archive
from streaming.demo.serving.connection import Exchange
from streaming.demo.serving.dispatch import Dispatch
from streaming.demo.serving.player import Player
from streaming.demo.serving.unstreamed import gather
from streaming.demo.serving.visit_log import LoggedVisit, VisitLog

_REMEMBERED = 1000
_MODIFIER = re.compile(r"\+(cut|speed)-(\d{1,7})")


class RequestHandler:
    """Answers prompts, at `speed` times the usual pace."""

    def __init__(self, visits: VisitLog, archive: Archive, speed: float = 1.0) -> None:
        self._visits = visits
        self._archive = archive
        self._speed = speed
        self._waits: OrderedDict[tuple[str, str], float] = OrderedDict()

    def serve(self, wire: ServedFormat, exchange: Exchange) -> None:
        visit = exchange.visit = self._visits.open(exchange.path)
        try:
            ask = wire.read(read_json(exchange.body))
            visit.model = ask.model
            visit.continuation = ask.continuation.way if ask.continuation else None
            self._answer(self._ordered(wire, exchange, visit, ask))
        except RequestRefused as refused:
            _report(wire, exchange, refused.problem)

    def serve_recorded(self, exchange: Exchange, response_id: str, *, cancel: bool) -> None:
        """Read a background response again, or cancel it."""
        exchange.visit = self._visits.open(exchange.path)
        try:
            if cancel:
                self._archive.cancel(exchange, response_id)
            else:
                self._archive.read(exchange, response_id)
        except RequestRefused as refused:
            _report(ResponsesFormat(), exchange, refused.problem)

    def _ordered(
        self, wire: ServedFormat, exchange: Exchange, visit: LoggedVisit, ask: ModelRequest
    ) -> Dispatch:
        modifiers = {name: int(value) for name, value in _MODIFIER.findall(ask.model)}
        speed = self._speed * max(1, modifiers.get("speed", 1))
        cut = None if ask.continuation else modifiers.get("cut")
        return Dispatch(wire, exchange, visit, ask, speed, cut)

    def _answer(self, order: Dispatch) -> None:
        play = demo_models.find(_MODIFIER.sub("", order.ask.model))
        if play is None:
            raise RequestRefused(_unknown(order.ask.model))
        reply = self._admitted(order, play(order.ask))
        if isinstance(reply, Problem):
            raise RequestRefused(reply)
        if isinstance(reply, Unstreamed):
            _answer_whole(order, replace(order.ask, stream=False), reply.answer)
        elif isinstance(reply, Stream) and order.ask.background:
            self._archive.record(order, reply)
        elif isinstance(reply, Stream) and order.ask.stream:
            _stream(order, reply)
        elif isinstance(reply, Stream):
            _answer_whole(order, order.ask, reply)
        elif isinstance(reply, Malformed):
            _misbehave(order, reply)
        elif isinstance(reply, Redirect):
            order.exchange.reply(307, {}, [("Location", reply.location)])

    def _admitted(self, order: Dispatch, reply: Reply) -> Reply:
        """A prompt that has to wait is refused at first, and until its wait is over."""
        if not isinstance(reply, RateLimited):
            return reply
        key = (order.ask.model, order.ask.prompt)
        now = time.monotonic()
        until = self._waits.setdefault(key, now + reply.seconds / order.speed)
        if now >= until:
            del self._waits[key]
            return reply.then
        while len(self._waits) > _REMEMBERED:
            self._waits.popitem(last=False)
        wait = round(until - now, 3)
        message = f"Rate limit reached for requests. Please try again in {wait:g}s."
        return Problem(429, "rate_limit_error", message, "rate_limit_exceeded", wait)


def _stream(order: Dispatch, reply: Stream) -> None:
    tally = order.tally(reply)
    encoder = order.wire.encoder(order.ask, order.visit.id, tally)
    player = Player(reply.steps, encoder, order.sink, order.visit, tally, order.pace(reply))
    order.exchange.hand_to(player)


def _answer_whole(order: Dispatch, ask: ModelRequest, reply: Stream) -> None:
    tally = order.tally(reply)
    trouble = gather(reply.steps, tally)
    if isinstance(trouble, Hang):
        return
    if trouble:
        raise RequestRefused(trouble)
    if tally.finish is None:
        order.exchange.cut()
        return
    order.visit.characters = tally.characters
    order.exchange.reply(200, order.wire.whole(ask, order.visit.id, tally))


def _misbehave(order: Dispatch, reply: Malformed) -> None:
    order.exchange.extra_headers += reply.headers
    encoder = NullEncoder(reply.content_type)
    player = Player(reply.steps, encoder, order.exchange, order.visit, Transcript(), order.speed)
    order.exchange.hand_to(player)


def _report(wire: ServedFormat, exchange: Exchange, problem: Problem) -> None:
    headers = [("X-Request-Id", f"demo-{exchange.visit.id}")] if exchange.visit else []
    if problem.retry_after is not None:
        headers.append(("Retry-After", f"{problem.retry_after:g}"))
    exchange.reply(*wire.problem(problem), headers)


def _unknown(model: str) -> Problem:
    message = f"The model `{model}` does not exist or you do not have access to it."
    return Problem(404, "invalid_request_error", message, "model_not_found")
