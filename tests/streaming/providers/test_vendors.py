"""What the vendors' own pages show, tried through the running site, each request counted."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from django.contrib.auth.models import User

from streaming.db_threads import in_thread
from streaming.details import facts
from streaming.providers.config import ProviderConfig
from tests.streaming.runs.held import Here, Script, serving
from tests.support.network.loopback import (
    CHUNKED,
    Loopback,
    Visit,
    loopback,
    plain,
)

pytestmark = pytest.mark.django_db(transaction=True)

GATEWAY_BODY = (
    b'data: {"type":"text","name":"output","content":"Hello","done":true,"index":0}\n\n'
    b'data: {"final":true,"usage":{"input_tokens":2,"output_tokens":1},"warnings":[]}\n\n'
)


@asynccontextmanager
async def asked(
    owner: User, settings: Any, scripts: Sequence[Script], **fields: Any
) -> AsyncIterator[tuple[Here, Loopback]]:
    """A site whose provider "own" answers one request after another by these scripts."""
    waiting = list(scripts)

    async def answer(visit: Visit) -> None:
        await waiting.pop(0)(visit)

    async with loopback(answer) as place:
        host = place.url.removesuffix("/v1")
        base_url = host + fields.pop("path", "/v1")
        settings.PROVIDERS = (ProviderConfig("own", "Own", base_url=base_url, **fields),)
        async with serving(owner, settings, host) as here:
            yield here, place


def pawa(text: str) -> bytes:
    return json.dumps({"success": True, "data": {"message": {"content": text}}}).encode() + b"\n"


def writes(*texts: str, cut: bool = False) -> Script:
    async def answer(visit: Visit) -> None:
        await visit.send(CHUNKED)
        for text in texts:
            await visit.chunk(pawa(text))
        if cut:
            visit.writer.transport.abort()
        else:
            await visit.end()

    return answer


@pytest.mark.parametrize("path", ["", "/api", "/api/v1"])
async def test_a_gateway_is_found_where_its_guide_says_and_one_step_before(
    owner: User, settings: Any, path: str
) -> None:
    fields = {"format": "gateway", "path": path, "models": ("google-gemini/gemini-2.0-flash",)}
    async with asked(owner, settings, [plain("200 OK", GATEWAY_BODY)], **fields) as (here, place):
        generation = await here.ended(await here.send("google-gemini/gemini-2.0-flash", "own"))
        assert (generation.status, generation.message.text) == ("finished", "Hello")
        (visit,) = place.visits
        assert visit.head.startswith(b"POST /api/v1/generate/stream ")
        body = json.loads(visit.body)
        assert (body["service_name"], body["model_name"]) == ("google-gemini", "gemini-2.0-flash")


TOLD = (
    b'data: {"type":"metadata","name":"metadata","content":{"region":"eu"},"index":1}\n\n'
    b'data: {"final":true,"usage":{"total_tokens":536},'
    b'"cost":{"input":0.0000018,"output":0.0001536,"total":0.0001554},"warnings":[]}\n\n'
)


async def test_what_a_gateway_tells_of_an_answer_is_in_its_details(
    owner: User, settings: Any
) -> None:
    body = GATEWAY_BODY.split(b"data: ", 2)[1]
    scripts = [plain("200 OK", b"data: " + body + TOLD)]
    async with asked(owner, settings, scripts, format="gateway", models=("a/b",)) as (here, _):
        generation = await here.ended(await here.send("a/b", "own"))
        (detail,) = await in_thread(lambda: facts.of([generation]))()
    words = {fact.name: fact.words for fact in detail.facts}
    assert (generation.status, generation.message.text) == ("finished", "Hello")
    assert words["Used"] == "536 tokens in all"
    assert words["Cost"] == "$0.000155 ($0.0000018 in, $0.000154 out)"
    assert words["Metadata"] == '{"region":"eu"}'


async def test_a_gateways_model_without_a_service_is_refused_in_a_sentence(
    owner: User, settings: Any
) -> None:
    async with asked(owner, settings, [], format="gateway", models=("gemini",)) as (here, place):
        generation = await here.ended(await here.send("gemini", "own"))
        assert (generation.status, generation.error_code) == ("failed", "model_without_service")
        assert "service/model" in generation.error_message
        assert place.visits == []


SAID = "Delta ya mto huanza pale mto unapofika baharini na "


async def test_pawa_goes_on_from_the_open_answer_with_content_as_its_page_shows_it(
    owner: User, settings: Any
) -> None:
    scripts = [writes(SAID, cut=True), writes("kupunguza kasi.")]
    fields = {"format": "pawa", "models": ("pawa-v1-ember-20240924",)}
    async with asked(owner, settings, scripts, **fields) as (here, place):
        generation = await here.ended(await here.send("pawa-v1-ember-20240924", "own"))
        assert generation.message.text == f"{SAID}kupunguza kasi."
        assert (generation.status, generation.resume_mode) == ("finished", "prefill")
        first, second = (json.loads(visit.body)["messages"] for visit in place.visits)
        assert [turn["role"] for turn in second] == ["user", "assistant"]
        assert first[0] == second[0]
        assert second[1] == {"role": "assistant", "content": SAID.rstrip()}


async def test_pawa_that_takes_no_open_answer_is_told_to_go_on(owner: User, settings: Any) -> None:
    no = json.dumps({"success": False, "message": "messages must end with a user message"}).encode()
    scripts = [writes(SAID, cut=True), plain("400 No", no), writes(f"{SAID}kupunguza kasi.")]
    fields = {"format": "pawa", "models": ("pawa-v1-ember-20240924",)}
    async with asked(owner, settings, scripts, **fields) as (here, place):
        generation = await here.ended(await here.send("pawa-v1-ember-20240924", "own"))
        assert generation.message.text == f"{SAID}kupunguza kasi."
        assert (generation.status, generation.resume_mode) == ("finished", "instruct")
        turns = json.loads(place.visits[-1].body)["messages"]
        assert [turn["role"] for turn in turns] == ["user", "assistant", "user"]
        assert len(place.visits) == 3
