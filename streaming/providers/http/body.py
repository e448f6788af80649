"""A response's body, read into the parser: timed, decoded, counted, and known to be whole."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

import httpx

from streaming.events import Event, Failed, Finished
from streaming.providers.base import Backpressure, Recorder
from streaming.providers.formats.parsing.stream_parser import StreamParser
from streaming.providers.http.client import transport_failure
from streaming.providers.http.connections import apply_backpressure
from streaming.providers.http.deadlines import Deadlines
from streaming.providers.http.decoding import Decoder, UnreadableError
from streaming.providers.http.read_ahead import ReadAhead, reading_ahead

MAX_BODY = 32 * 1024 * 1024
SHORT_WAIT = 10.0
"""Seconds for a small answer as a whole: a list, the text of an error."""

_DRAIN = 0.05  # seconds for the end of a body after the answer's end, to keep the connection
_TOO_LARGE = Failed("malformed", True, "The server sent too much.", "body_too_large")
_TRUNCATED = Failed("truncated", True, "The stream ended early.")


async def read(
    response: httpx.Response,
    parser: StreamParser,
    deadlines: Deadlines,
    record: Recorder | None = None,
    backpressure: Backpressure | None = None,
) -> AsyncGenerator[list[Event], None]:
    """The answer's events, a list per network read, empty where it said nothing."""
    if backpressure is not None:
        apply_backpressure(response, backpressure)
    body = _Body(response, record)
    async with reading_ahead(response, deadlines) as ahead:
        await asyncio.sleep(0)  # starts the reading: what has arrived already is in time
        while True:
            data = await _next(ahead, deadlines)
            if isinstance(data, Failed):
                yield parser.fail(data)
                return
            events = body.feed(parser, data) if data is not None else body.finish(parser)
            yield events
            # After the yield: time that the reader took is not the server's silence.
            now = asyncio.get_running_loop().time()
            deadlines.note(events, now)
            deadlines.expect_end(parser.concluded, now)
            if is_over(events):
                await ahead.end(_DRAIN)  # it has usually arrived already
                return


async def read_bounded(response: httpx.Response, limit: int) -> bytes:
    """As much of the body as comes soon, at most `limit` bytes."""
    body = bytearray()
    decoder = Decoder(response.headers.get("content-encoding", ""))
    with suppress(TimeoutError, httpx.HTTPError, UnreadableError):
        async with asyncio.timeout(SHORT_WAIT):
            async for data in response.aiter_raw():
                for plain in decoder.decode(data):
                    body += plain
                    if len(body) > limit:
                        return bytes(body[:limit])
    return bytes(body)


def is_over(events: list[Event]) -> bool:
    return bool(events) and isinstance(events[-1], Finished | Failed)


async def _next(ahead: ReadAhead, deadlines: Deadlines) -> bytes | Failed | None:
    """The next bytes, None at a clean end, or why there are none."""
    try:
        return await ahead.take()
    except TimeoutError:
        return deadlines.failure()
    except httpx.HTTPError as error:
        return transport_failure(error, deadlines.timeouts)


class _Body:
    """The decoded bytes, counted on their way into the parser."""

    def __init__(self, response: httpx.Response, record: Recorder | None) -> None:
        self._record = record
        headers = response.headers
        self._decoder = Decoder(headers.get("content-encoding", ""))
        # A body that ends with the connection may have been cut by it.
        self._is_framed = "content-length" in headers or "transfer-encoding" in headers
        self._room = MAX_BODY

    def feed(self, parser: StreamParser, data: bytes) -> list[Event]:
        events: list[Event] = []
        try:
            for plain in self._decoder.decode(data):
                self._room -= len(plain)
                if self._record is not None:
                    self._record.feed(plain)
                events += parser.feed(plain) if self._room >= 0 else parser.fail(_TOO_LARGE)
                if is_over(events):
                    break
        except UnreadableError as error:
            events += parser.fail(Failed("malformed", True, str(error), "encoding"))
        return events

    def finish(self, parser: StreamParser) -> list[Event]:
        is_lost = self._room == MAX_BODY and not self._is_framed
        if self._decoder.is_whole and not is_lost:
            return parser.finish(trusted=self._is_framed)
        return parser.fail(_TRUNCATED)
