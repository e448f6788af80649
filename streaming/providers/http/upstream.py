"""A provider that is reached over HTTP: one request, then events; a failure is one of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import lru_cache

import httpx

from streaming.events import AnswerNoted, Event, Failed, StreamOpened
from streaming.providers.base import ChatRequest
from streaming.providers.billing import runs_on_own_hardware
from streaming.providers.config import ProviderConfig, Timeouts
from streaming.providers.formats.adapter import FormatAdapter, HttpCall
from streaming.providers.formats.error_bodies.failures import clip, http_failure, redacted
from streaming.providers.formats.parsing.model_list import listed, model_facts
from streaming.providers.formats.parsing.stream_parser import StreamParser
from streaming.providers.formats.parsing.think_tags import ThinkTags
from streaming.providers.http.body import (
    SHORT_WAIT,
    is_over,
    read,
    read_bounded,
)
from streaming.providers.http.client import Client, transport_failure
from streaming.providers.http.deadlines import Deadlines
from streaming.providers.http.encoding import LARGE, encoded
from streaming.providers.http.pictures import FetchedPictures
from streaming.providers.http.server_load import SOURCES, LoadSource
from streaming.providers.key_mask import remember, without_key
from streaming.providers.model_facts import ModelFacts

MAX_ERROR_BODY = 64 * 1024
MAX_LIST = 8 * 1024 * 1024
MAX_METRICS = 2 * 1024 * 1024

_REQUEST_IDS = ("x-request-id", "request-id", "x-generation-id")


class Upstream:
    """See `base.Provider` for the promise. `guarded` fetches pictures from wherever they lie."""

    def __init__(
        self,
        config: ProviderConfig,
        adapter: FormatAdapter,
        client: Client,
        guarded: Client | None = None,
    ) -> None:
        self.config = config
        self.facts: Mapping[str, ModelFacts] = {}
        self._adapter = adapter
        self._client = client
        self._guarded = guarded
        self._load_sources: tuple[LoadSource, ...] = SOURCES
        remember(config.api_key)

    def with_key(self, key: str) -> Upstream:
        """The same server, asked with another key."""
        other = Upstream(
            replace(self.config, api_key=key), self._adapter, self._client, self._guarded
        )
        other.facts = self.facts
        return other

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Sequence[Event], None]:
        if (refused := self._adapter.refusal(self.config, request)) is not None:
            yield (refused,)
            return
        deadlines = Deadlines(self.config.timeouts, _now())
        response = await self._open(*await self._call(request), deadlines)
        if isinstance(response, Failed):
            yield (self._fit(response),)
            return
        try:
            if not response.is_success:
                yield (self._fit(await _refusal(response)),)
                return
            named = without_key(_request_id(response) or "", self.config.api_key)
            yield (StreamOpened(named or None),)
            parser = self._adapter.parser(self.config, request)
            parser.tags = tags_for(self.config, request)
            parser.media.largest = largest = request.largest_picture
            pictures = FetchedPictures(self.config, self._client, self._guarded, largest)
            if request.record is not None:
                request.record.begin(self.config)
            body = read(response, parser, deadlines, request.record, request.backpressure)
            async with aclosing(body) as batches:
                async for events in batches:
                    if told := self._with_notes(events, parser):
                        yield await pictures.replace(told) if parser.media else told
        finally:
            if request.record is not None:
                request.record.end()
            await response.aclose()

    async def models(self) -> tuple[str, ...]:
        found = await self.ask_models()
        return () if isinstance(found, Failed) else found

    async def describe(self) -> None:
        if not self.facts:
            await self.ask_models(even_if_known=True)

    async def ask_models(self, *, even_if_known: bool = False) -> tuple[str, ...] | Failed:
        """As `models`, but says why there are none.

        Where the models are known without, the server is asked only if `even_if_known`.
        """
        asked = self.config.options.get("models_path", "")
        known = self.config.models or (() if asked else self._adapter.models)
        path = asked or self._adapter.models_path
        if (known and not even_if_known) or not path:
            return known
        found = await self._fetch(HttpCall(path, method="GET"), MAX_LIST)
        models = listed(found) if isinstance(found, bytes) else found
        if isinstance(found, bytes) and not isinstance(models, Failed):
            self.facts = model_facts(found)
        return self._fit(models) if isinstance(models, Failed) else models

    async def cancel(self, response_id: str) -> Failed | None:
        """End an answer that upstream continues to write after the connection was closed.

        Needed after a stop where answers are made in the background; elsewhere the closed
        connection is all there is, and this does nothing.
        """
        if self._adapter.cancel is None or not self.config.is_background or not response_id:
            return None
        found = await self._fetch(self._adapter.cancel(response_id), MAX_ERROR_BODY)
        return found if isinstance(found, Failed) else None

    async def load(self) -> int | None:
        """How many requests the server works on; None where it does not say.

        Only a server on the operator's own hardware is asked, or one whose option `load` is set.
        """
        if not (runs_on_own_hardware(self.config) or self.config.options.get("load")):
            return None
        for source in self._load_sources:
            call = HttpCall(source.path, method="GET", at_root=True)
            found = await self._fetch(call, MAX_METRICS)
            if isinstance(found, bytes) and (running := source.read(found)) is not None:
                self._load_sources = (source,)
                return running
        self._load_sources = ()
        return None

    async def _call(self, request: ChatRequest) -> tuple[HttpCall, bytes | None]:
        """What to ask, and its body. The answers of this process do not stop for a large one."""

        def made() -> tuple[HttpCall, bytes | None]:
            call = self._adapter.call(self.config, request)
            return call, _content(call)

        is_large = len(request.messages) >= LARGE or any(each.files for each in request.messages)
        return await asyncio.to_thread(made) if is_large else made()

    async def _fetch(self, call: HttpCall, limit: int) -> bytes | Failed:
        """A small answer as a whole."""
        deadlines = Deadlines(Timeouts(first_byte=SHORT_WAIT, total=SHORT_WAIT), _now())
        response = await self._open(call, _content(call), deadlines)
        if isinstance(response, Failed):
            return self._fit(response)
        try:
            if not response.is_success:
                return self._fit(await _refusal(response))
            return await read_bounded(response, limit)
        finally:
            await response.aclose()

    async def _open(
        self, call: HttpCall, content: bytes | None, deadlines: Deadlines
    ) -> httpx.Response | Failed:
        """The response, its headers read and its body not."""
        timeouts = self.config.timeouts
        try:
            async with asyncio.timeout_at(deadlines.deadline()):
                return await self._client.send(self._http_request(call, content), stream=True)
        except TimeoutError:
            return deadlines.failure()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return transport_failure(error, timeouts)

    def _http_request(self, call: HttpCall, content: bytes | None) -> httpx.Request:
        headers = {"Accept": "text/event-stream", **self._adapter.headers(self.config)}
        if content is not None:
            headers["Content-Type"] = "application/json"
        return self._client.build_request(
            call.method,
            _url(_base(self.config, call) + call.path),
            headers=headers,
            content=content,
            # Reading has its own deadlines: httpx's start anew with each byte.
            timeout=httpx.Timeout(None, connect=self.config.timeouts.connect),
        )

    def _with_notes(self, events: list[Event], parser: StreamParser) -> list[Event]:
        if events and isinstance(last := events[-1], Failed):
            events[-1] = self._fit(last)
        if sources := parser.builder.sources:
            at = len(events) - is_over(events)
            events[at:at] = sources.take()
        if parser.opaque or (self.config.is_background and parser.response_id):
            note = AnswerNoted(parser.response_id, parser.cursor, parser.opaque)
            events.insert(len(events) - is_over(events), note)
        return events

    def _fit(self, failed: Failed) -> Failed:
        return redacted(failed, self.config.api_key)


@lru_cache(maxsize=256)
def _url(text: str) -> httpx.URL:
    """Taken apart once: a provider has few addresses."""
    return httpx.URL(text)


def _content(call: HttpCall) -> bytes | None:
    return None if call.body is None else encoded(call.body)


def _base(config: ProviderConfig, call: HttpCall) -> str:
    return config.base_url.removesuffix("/v1") if call.at_root else config.base_url


def tags_for(config: ProviderConfig, request: ChatRequest) -> ThinkTags | None:
    """How thoughts in the text of this answer are found; text that is continued has none."""
    if request.replay is not None and request.replay.partial:
        return None
    is_swallowed = config.options.get("think_tags") == "closing"
    continues = bool(request.prefill)
    return ThinkTags(opened=is_swallowed and not continues, continues=continues)


async def _refusal(response: httpx.Response) -> Failed:
    body = await read_bounded(response, MAX_ERROR_BODY)
    failed = http_failure(response.status_code, response.headers, body, time.time())
    return replace(failed, request_id=_request_id(response))


def _request_id(response: httpx.Response) -> str | None:
    found = (response.headers.get(name) for name in _REQUEST_IDS)
    return clip(next((value for value in found if value), ""))


def _now() -> float:
    return asyncio.get_running_loop().time()
