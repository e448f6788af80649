"""A provider behind HTTP: one request, its body read as it comes, every failure an event."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import replace

import httpx

from streaming.events import Event, Failed, Finished, StreamOpened
from streaming.providers.base import ChatRequest, Parser
from streaming.providers.client import Client, transport_failure
from streaming.providers.config import ProviderConfig, Timeouts
from streaming.providers.decoding import Decoder, UnreadableError
from streaming.providers.errors import clip, http_failure, redacted
from streaming.providers.model_list import model_ids
from streaming.providers.patience import Patience
from streaming.providers.wire import Call, Wire

MAX_BODY = 32 * 1024 * 1024
MAX_ERROR_BODY = 64 * 1024
MAX_LIST = 8 * 1024 * 1024

_TOO_LARGE = Failed("malformed", True, "The server sent too much.", "body_too_large")
_REQUEST_IDS = ("x-request-id", "request-id", "x-generation-id")
_LIST_WAIT = 10.0  # seconds for a list of models, or for the text of an error
_DRAIN = 0.05  # seconds for the end of a body behind its last word, to keep the connection


class Upstream:
    """See `base.Provider` for the promise."""

    def __init__(self, config: ProviderConfig, wire: Wire, client: Client) -> None:
        self.config = config
        self._wire = wire
        self._client = client

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Sequence[Event], None]:
        patience = Patience(self.config.timeouts, _now())
        response = await self._open(self._wire.call(self.config, request), patience)
        if isinstance(response, Failed):
            yield (self._fit(response),)
            return
        try:
            if not response.is_success:
                yield (self._fit(await _refusal(response)),)
                return
            yield (StreamOpened(_request_id(response)),)
            parser = self._wire.parser(self.config, request)
            async for events in _read(response, parser, patience, self.config.timeouts):
                if events and isinstance(events[-1], Failed):
                    events[-1] = self._fit(events[-1])
                yield events
        finally:
            await response.aclose()

    async def models(self) -> tuple[str, ...]:
        found = await self.ask_models()
        return () if isinstance(found, Failed) else found

    async def ask_models(self) -> tuple[str, ...] | Failed:
        """As `models`, but tells why there are none."""
        known = self.config.models or self._wire.models
        if known or not self._wire.models_path:
            return known
        patience = Patience(Timeouts(first_byte=_LIST_WAIT, total=_LIST_WAIT), _now())
        response = await self._open(Call(self._wire.models_path, method="GET"), patience)
        if isinstance(response, Failed):
            return self._fit(response)
        try:
            if not response.is_success:
                return self._fit(await _refusal(response))
            return model_ids(await _bounded(response, MAX_LIST))
        finally:
            await response.aclose()

    async def _open(self, call: Call, patience: Patience) -> httpx.Response | Failed:
        """The response, its headers read and its body not."""
        timeouts = self.config.timeouts
        try:
            async with asyncio.timeout_at(patience.deadline()):
                return await self._client.send(self._http_request(call), stream=True)
        except TimeoutError:
            return patience.failure()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return transport_failure(error, timeouts)

    def _http_request(self, call: Call) -> httpx.Request:
        headers = {"Accept": "text/event-stream", **self._wire.headers(self.config)}
        content = None
        if call.body is not None:
            headers["Content-Type"] = "application/json"
            text = json.dumps(call.body, ensure_ascii=False, separators=(",", ":"))
            content = text.encode("utf-8", "replace")
        return self._client.build_request(
            call.method,
            self.config.base_url + call.path,
            headers=headers,
            content=content,
            # Reading has its own clock: httpx's starts anew with each byte.
            timeout=httpx.Timeout(None, connect=self.config.timeouts.connect),
        )

    def _fit(self, failed: Failed) -> Failed:
        return redacted(failed, self.config.api_key)


async def _read(
    response: httpx.Response, parser: Parser, patience: Patience, timeouts: Timeouts
) -> AsyncIterator[list[Event]]:
    """The answer's events, one list per network read that said something."""
    chunks = response.aiter_raw()
    body = _Body(response)
    while True:
        try:
            async with asyncio.timeout_at(patience.deadline()):
                data = await anext(chunks, None)
        except TimeoutError:
            yield parser.fail(patience.failure())
            return
        except httpx.HTTPError as error:
            yield parser.fail(transport_failure(error, timeouts))
            return
        events = body.feed(parser, data) if data is not None else body.finish(parser)
        if events:
            yield events
        # After the yield: time that the reader took is not the server's silence.
        patience.hear(events, _now())
        if _is_over(events):
            await _drain(chunks)
            return


class _Body:
    """The decoded body on its way into the parser: counted, and known to be whole or cut."""

    def __init__(self, response: httpx.Response) -> None:
        headers = response.headers
        self._decoder = Decoder(headers.get("content-encoding", ""))
        # A body that only a hang-up ends may have been cut by it.
        self._is_framed = "content-length" in headers or "transfer-encoding" in headers
        self._room = MAX_BODY

    def feed(self, parser: Parser, data: bytes) -> list[Event]:
        events: list[Event] = []
        try:
            for plain in self._decoder.decode(data):
                self._room -= len(plain)
                events += parser.feed(plain) if self._room >= 0 else parser.fail(_TOO_LARGE)
                if _is_over(events):
                    break
        except UnreadableError as error:
            events += parser.fail(Failed("malformed", True, str(error), "encoding"))
        return events

    def finish(self, parser: Parser) -> list[Event]:
        if self._decoder.is_whole:
            return parser.finish(trusted=self._is_framed)
        return parser.fail(Failed("truncated", True, "The stream ended early."))


def _is_over(events: list[Event]) -> bool:
    return bool(events) and isinstance(events[-1], Finished | Failed)


async def _drain(chunks: AsyncIterator[bytes]) -> None:
    """The end of the body usually lies there already: then the connection can be kept."""
    with suppress(TimeoutError, httpx.HTTPError):
        async with asyncio.timeout(_DRAIN):
            for _ in range(4):
                if await anext(chunks, None) is None:
                    break


async def _bounded(response: httpx.Response, limit: int) -> bytes:
    """As much of the body as comes soon, at most `limit` bytes."""
    body = bytearray()
    with suppress(TimeoutError, httpx.HTTPError, UnreadableError):
        decoder = Decoder(response.headers.get("content-encoding", ""))
        async with asyncio.timeout(_LIST_WAIT):
            async for data in response.aiter_raw():
                for plain in decoder.decode(data):
                    body += plain
                    if len(body) > limit:
                        return bytes(body[:limit])
    return bytes(body)


async def _refusal(response: httpx.Response) -> Failed:
    body = await _bounded(response, MAX_ERROR_BODY)
    failed = http_failure(response.status_code, response.headers, body, time.time())
    return replace(failed, request_id=_request_id(response))


def _request_id(response: httpx.Response) -> str | None:
    found = (response.headers.get(name) for name in _REQUEST_IDS)
    return clip(next((value for value in found if value), ""))


def _now() -> float:
    return asyncio.get_running_loop().time()
