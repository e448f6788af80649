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
from streaming.demo.serving.dispatch import Dispatch
from streaming.demo.serving.exchange import Exchange

KEPT_RESPONSES = 50


@dataclass(slots=True)
class BackgroundResponse:
    """One background response: how far it has come, and what writes it."""

    envelope: Envelope
    transcript: Transcript
    log: EventLog
    encoder: ResponsesEncoder
    player: BackgroundPlayer
    cancelled: bool = False

    @property
    def status(self) -> Status:
        if self.cancelled:
            return "cancelled"
        if not self.log.ended:
            return "in_progress"
        return "failed" if self.player.problem else status_of(self.transcript.finish)

    def object(self) -> dict[str, Any]:
        return response(self.envelope, self.status, self.transcript, problem=self.player.problem)

    def cancel(self) -> None:
        """Stop writing, unless it has ended already."""
        if self.log.ended:
            return
        self.cancelled = True
        self.player.stop()
        self.log.write(self.encoder.cancelled())
        self.log.end()


class Archive:
    """Serves the addresses below `/v1/responses/`."""

    def __init__(self) -> None:
        self._responses: OrderedDict[str, BackgroundResponse] = OrderedDict()

    def start(self, dispatch: Dispatch, reply: Stream) -> None:
        """Start a background response; its client follows it if it wants a stream."""
        envelope = Envelope(dispatch.visit.id, dispatch.request.model, background=True)
        transcript, log = dispatch.new_transcript(reply), EventLog()
        encoder = ResponsesEncoder(envelope, transcript)
        speed = dispatch.speed_of(reply)
        player = BackgroundPlayer(reply.steps, encoder, log, dispatch.visit, transcript, speed)
        background = BackgroundResponse(envelope, transcript, log, encoder, player)
        self._responses[envelope.id] = background
        while len(self._responses) > KEPT_RESPONSES:
            self._responses.popitem(last=False)[1].cancel()
        player.start()
        if dispatch.request.stream:
            dispatch.exchange.start_body(EventLogReader(log, dispatch.sink))
        else:
            dispatch.exchange.reply(200, background.object())

    def read(self, exchange: Exchange, response_id: str) -> None:
        """The object as it stands or, with `stream=true`, the events after `starting_after`."""
        background = self._response(response_id)
        query = parse_qs(exchange.query)
        if query.get("stream") != ["true"]:
            exchange.reply(200, background.object())
            return
        after = query.get("starting_after", ["-1"])[0]
        if not after.removeprefix("-").isdecimal():
            raise invalid("Invalid 'starting_after': expected an integer.")
        exchange.start_body(EventLogReader(background.log, exchange, int(after)))

    def cancel(self, exchange: Exchange, response_id: str) -> None:
        background = self._response(response_id)
        background.cancel()
        exchange.reply(200, background.object())

    def close(self) -> None:
        """Stop all writing; nothing more is sent."""
        for background in self._responses.values():
            background.player.stop()

    def _response(self, response_id: str) -> BackgroundResponse:
        if response_id not in self._responses:
            message = f"Response with id '{response_id}' not found."
            raise RequestRefused(Problem(404, "invalid_request_error", message))
        return self._responses[response_id]
