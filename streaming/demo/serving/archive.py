"""The background responses that can be read again or cancelled: the last fifty."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from streaming.demo.behaviours.steps import Problem, RequestRefused, Stream
from streaming.demo.formats.fields import invalid
from streaming.demo.formats.responses_items import (
    Envelope,
    Status,
    response,
    status_of,
)
from streaming.demo.formats.responses_stream import ResponsesEncoder
from streaming.demo.formats.transcript import Transcript
from streaming.demo.serving.background import BackgroundPlayer, EventLog, EventLogReader
from streaming.demo.serving.connection import Exchange
from streaming.demo.serving.dispatch import Dispatch

KEPT = 50


@dataclass(slots=True)
class BackgroundResponse:
    """One background response."""

    envelope: Envelope
    tally: Transcript
    tape: EventLog
    encoder: ResponsesEncoder
    player: BackgroundPlayer
    cancelled: bool = False

    @property
    def status(self) -> Status:
        if self.cancelled:
            return "cancelled"
        if not self.tape.ended:
            return "in_progress"
        return "failed" if self.player.problem else status_of(self.tally.finish)

    def object(self) -> dict[str, Any]:
        return response(self.envelope, self.status, self.tally, problem=self.player.problem)

    def cancel(self) -> None:
        """Stop writing, unless it has ended already."""
        if self.tape.ended:
            return
        self.cancelled = True
        self.player.stop()
        self.tape.write(self.encoder.cancelled())
        self.tape.end()


class Archive:
    """Serves what lies below `/v1/responses/`."""

    def __init__(self) -> None:
        self._recordings: OrderedDict[str, BackgroundResponse] = OrderedDict()

    def record(self, order: Dispatch, reply: Stream) -> None:
        """Begin a background response, and let its client read along if it wants a stream."""
        envelope = Envelope(order.visit.id, order.ask.model, background=True)
        tally, tape = order.tally(reply), EventLog()
        encoder = ResponsesEncoder(envelope, tally)
        pace = order.pace(reply)
        player = BackgroundPlayer(reply.steps, encoder, tape, order.visit, tally, pace)
        recording = BackgroundResponse(envelope, tally, tape, encoder, player)
        self._recordings[envelope.id] = recording
        while len(self._recordings) > KEPT:
            self._recordings.popitem(last=False)[1].cancel()
        player.start()
        if order.ask.stream:
            order.exchange.hand_to(EventLogReader(tape, order.sink))
        else:
            order.exchange.reply(200, recording.object())

    def read(self, exchange: Exchange, response_id: str) -> None:
        """The object as it stands or, with `stream=true`, the events after `starting_after`."""
        recording = self._found(response_id)
        query = parse_qs(exchange.query)
        if query.get("stream") != ["true"]:
            exchange.reply(200, recording.object())
            return
        after = query.get("starting_after", ["-1"])[0]
        if not after.removeprefix("-").isdecimal():
            raise invalid("Invalid 'starting_after': expected an integer.")
        exchange.hand_to(EventLogReader(recording.tape, exchange, int(after)))

    def cancel(self, exchange: Exchange, response_id: str) -> None:
        recording = self._found(response_id)
        recording.cancel()
        exchange.reply(200, recording.object())

    def close(self) -> None:
        """Stop all writing, without a word."""
        for recording in self._recordings.values():
            recording.player.stop()

    def _found(self, response_id: str) -> BackgroundResponse:
        if response_id not in self._recordings:
            message = f"Response with id '{response_id}' not found."
            raise RequestRefused(Problem(404, "invalid_request_error", message))
        return self._recordings[response_id]
