"""One short request, to see whether a provider works, and exactly what came back."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from streaming.error_messages import failures, provider_pages
from streaming.events import Failed, Finished, ReasoningDelta, StreamOpened, TextDelta
from streaming.models import LONGEST_SENTENCE
from streaming.providers.base import ChatMessage, ChatRequest
from streaming.providers.formats.error_bodies.failures import clip, redacted
from streaming.providers.http.upstream import Upstream
from streaming.providers.key_mask import without_key
from streaming.providers.unusable import Unusable

SECONDS = 30.0
ENOUGH = 200
"""Characters after which a server that ignores `max_tokens` is not listened to."""

FEWEST_TOKENS = {"responses": 16}
"""Formats whose servers refuse a request for one token."""

Candidate: TypeAlias = Upstream | Unusable


@dataclass(frozen=True, slots=True)
class Trial:
    """`sentence` says how it went, `said` holds the server's own words where it complained, and
    `detail` what was seen of it where it said nothing.
    """

    good: bool
    sentence: str
    said: str = ""
    detail: str = ""
    model: str = ""
    request_id: str = ""
    seconds: float = 0.0


@dataclass(slots=True)
class _Heard:
    text: str = ""
    thought: bool = False
    request_id: str = ""
    end: Finished | Failed = field(default=Failed("timeout", True, code="first_byte"))


async def try_out(provider: Candidate, model: str = "") -> Trial:
    """Ask for one token of `model`, or of the first one that the server lists."""
    started, heard = time.monotonic(), _Heard()
    try:
        async with asyncio.timeout(SECONDS):
            model = model or await _first_model(provider, heard)
            if model:
                await _listen(provider, model, heard)
    except TimeoutError:
        pass  # the end that _Heard begins with says so
    trial = _told(provider, model, heard)
    return replace(trial, model=model, seconds=time.monotonic() - started)


async def _first_model(provider: Candidate, heard: _Heard) -> str:
    found = await provider.ask_models()
    if isinstance(found, Failed):
        # Without a list the address is wrong, and not the name of a model.
        heard.end = replace(found, kind="malformed") if found.kind == "not_found" else found
        return ""
    if not found:
        heard.end = Failed("not_found", False, code="no_model")
    return next(iter(found), "")


async def _listen(provider: Candidate, model: str, heard: _Heard) -> None:
    request = ChatRequest(
        model=model,
        messages=(ChatMessage("user", "Say hello."),),
        parameters={"max_tokens": FEWEST_TOKENS.get(provider.config.format, 1)},
    )
    async with aclosing(provider.stream(request)) as batches:
        async for batch in batches:
            for event in batch:
                match event:
                    case StreamOpened(request_id):
                        heard.request_id = request_id or ""
                    case TextDelta(text):
                        heard.text += text
                    case ReasoningDelta():
                        heard.thought = True
                    case Finished() | Failed():
                        heard.end = event
            if len(heard.text) > ENOUGH:
                return


def _told(provider: Candidate, model: str, heard: _Heard) -> Trial:
    key = provider.config.api_key
    request_id = _without(key, heard.request_id)
    if heard.text.strip():
        sentence = provider_pages.answered(_without(key, heard.text))
        return Trial(True, sentence, "", "", model, request_id)
    if isinstance(heard.end, Finished):
        return Trial(True, _wordless(heard), "", "", model, request_id)
    if heard.end.code == "no_model":
        return Trial(False, provider_pages.LISTS_NONE)
    failed = redacted(heard.end, key)
    patience = replace(provider.config.timeouts, first_byte=SECONDS)
    sentence = _without(key, failures.explain(failed, patience).sentence, LONGEST_SENTENCE)
    words = _without(key, failed.message or "")
    words = "" if words in sentence else words
    said, detail = (words, "") if failures.is_told_by_it(failed) else ("", words)
    request_id = _without(key, failed.request_id or heard.request_id)
    return Trial(False, sentence, said, detail, model, request_id)


def _wordless(heard: _Heard) -> str:
    if heard.thought:
        return provider_pages.ONLY_THOUGHT
    return provider_pages.NO_WORD


def _without(key: str, text: str, most: int = ENOUGH) -> str:
    """An upstream's words fit to show, without the key."""
    return clip(without_key(text, key), most) or ""
