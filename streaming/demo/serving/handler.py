"""Serves the requests for an answer: reads one, asks the model, and starts what writes it."""

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
from streaming.demo.serving.dispatch import Dispatch
from streaming.demo.serving.exchange import Exchange
from streaming.demo.serving.player import Player
from streaming.demo.serving.unstreamed import DelayedReply, gather
from streaming.demo.serving.visit_log import LoggedVisit, VisitLog

_KEPT_WAITS = 1000
_MODIFIER = re.compile(r"\+(cut|speed)-(\d{1,7})")


class RequestHandler:
    """Answers prompts, `speed` times as fast as the models say."""

    def __init__(self, visits: VisitLog, archive: Archive, speed: float = 1.0) -> None:
        self._visits = visits
        self._archive = archive
        self._speed = speed
        self._waits: OrderedDict[tuple[str, str], float] = OrderedDict()

    def serve(self, wire: ServedFormat, exchange: Exchange) -> None:
        visit = exchange.visit = self._visits.open(exchange.path)
        try:
            request = wire.read(read_json(exchange.body))
            visit.model = request.model
            visit.continuation = request.continuation.way if request.continuation else None
            self._answer(self._dispatch(wire, exchange, visit, request))
        except RequestRefused as refused:
            _send_error(wire, exchange, refused.problem)

    def serve_background(self, exchange: Exchange, response_id: str, *, cancel: bool) -> None:
        """Read a background response again, or cancel it."""
        exchange.visit = self._visits.open(exchange.path)
        try:
            if cancel:
                self._archive.cancel(exchange, response_id)
            else:
                self._archive.read(exchange, response_id)
        except RequestRefused as refused:
            _send_error(ResponsesFormat(), exchange, refused.problem)

    def _dispatch(
        self, wire: ServedFormat, exchange: Exchange, visit: LoggedVisit, request: ModelRequest
    ) -> Dispatch:
        modifiers = {name: int(value) for name, value in _MODIFIER.findall(request.model)}
        speed = self._speed * max(1, modifiers.get("speed", 1))
        cut = None if request.continuation else modifiers.get("cut")
        return Dispatch(wire, exchange, visit, request, speed, cut)

    def _answer(self, dispatch: Dispatch) -> None:
        behaviour = demo_models.find(_MODIFIER.sub("", dispatch.request.model))
        if behaviour is None:
            raise RequestRefused(_unknown_model(dispatch.request.model))
        reply = self._after_rate_limit(dispatch, behaviour(dispatch.request))
        if isinstance(reply, Problem):
            raise RequestRefused(reply)
        if isinstance(reply, Unstreamed):
            _send_unstreamed(dispatch, replace(dispatch.request, stream=False), reply.answer)
        elif isinstance(reply, Stream) and dispatch.request.background:
            self._archive.start(dispatch, reply)
        elif isinstance(reply, Stream) and dispatch.request.stream:
            _stream(dispatch, reply)
        elif isinstance(reply, Stream):
            _send_unstreamed(dispatch, dispatch.request, reply)
        elif isinstance(reply, Malformed):
            _send_malformed(dispatch, reply)
        elif isinstance(reply, Redirect):
            dispatch.exchange.reply(307, {}, [("Location", reply.location)])

    def _after_rate_limit(self, dispatch: Dispatch, reply: Reply) -> Reply:
        """A prompt that has to wait is refused at first, and until its wait is over."""
        if not isinstance(reply, RateLimited):
            return reply
        key = (dispatch.request.model, dispatch.request.prompt)
        now = time.monotonic()
        until = self._waits.setdefault(key, now + reply.seconds / dispatch.speed)
        if now >= until:
            del self._waits[key]
            return reply.then
        while len(self._waits) > _KEPT_WAITS:
            self._waits.popitem(last=False)
        wait = round(until - now, 3)
        message = f"Rate limit reached for requests. Please try again in {wait:g}s."
        return Problem(429, "rate_limit_error", message, "rate_limit_exceeded", wait)


def _stream(dispatch: Dispatch, reply: Stream) -> None:
    transcript = dispatch.new_transcript(reply)
    encoder = dispatch.wire.encoder(dispatch.request, dispatch.visit.id, transcript)
    player = Player(
        reply.steps, encoder, dispatch.sink, dispatch.visit, transcript, dispatch.speed_of(reply)
    )
    dispatch.exchange.start_body(player)


def _send_unstreamed(dispatch: Dispatch, request: ModelRequest, reply: Stream) -> None:
    transcript = dispatch.new_transcript(reply)
    obstacle = gather(reply.steps, transcript)
    if isinstance(obstacle, Hang):
        return
    if obstacle:
        raise RequestRefused(obstacle)
    if transcript.finish is None:
        dispatch.exchange.cut()
        return
    dispatch.visit.characters = transcript.characters
    answer = dispatch.wire.unstreamed(request, dispatch.visit.id, transcript)
    if request.takes_time:
        seconds = transcript.seconds / dispatch.speed_of(reply)
        delayed = DelayedReply(seconds, lambda: dispatch.exchange.reply(200, answer))
        dispatch.exchange.start_body(delayed)
    else:
        dispatch.exchange.reply(200, answer)


def _send_malformed(dispatch: Dispatch, reply: Malformed) -> None:
    dispatch.exchange.extra_headers += reply.headers
    encoder = NullEncoder(reply.content_type)
    player = Player(
        reply.steps, encoder, dispatch.exchange, dispatch.visit, Transcript(), dispatch.speed
    )
    dispatch.exchange.start_body(player)


def _send_error(wire: ServedFormat, exchange: Exchange, problem: Problem) -> None:
    headers = [("X-Request-Id", f"demo-{exchange.visit.id}")] if exchange.visit else []
    if problem.retry_after is not None:
        headers.append(("Retry-After", f"{problem.retry_after:g}"))
    exchange.reply(*wire.problem(problem), headers)


def _unknown_model(model: str) -> Problem:
    message = f"The model `{model}` does not exist or you do not have access to it."
    return Problem(404, "invalid_request_error", message, "model_not_found")
