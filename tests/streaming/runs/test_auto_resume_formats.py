"""Answers of the demo that break off are resumed automatically, in every wire format."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.contrib.auth.models import User

from streaming.demo.behaviours.texts import essay
from streaming.demo.serving.server import DemoUpstream
from streaming.models import Generation
from streaming.providers.config import load_providers
from tests.streaming.runs.held import PROMPT, Here, serving

MODELS = (
    "demo-flaky",
    "demo-error-mid",
    "demo-preamble+cut-25000",
)

pytestmark = pytest.mark.django_db(transaction=True)


async def expects_whole_answer(here: Here, slug: str, model: str) -> list[Generation]:
    """The generations of an answer that came to its end."""
    last = await here.ended(await here.send(model, slug))
    assert (last.status, last.message.text) == ("finished", essay(PROMPT)), (slug, model)
    return await here.runs(last.message_id)


async def expects_whole_answers(here: Here, slug: str) -> list[list[Generation]]:
    return [await expects_whole_answer(here, slug, model) for model in MODELS]


async def test_whatever_breaks_it_off_the_answer_is_the_uncut_one(
    owner: User, settings: Any
) -> None:
    async with DemoUpstream(speed=200, say=lambda line: None) as upstream:
        settings.PROVIDERS = load_providers(
            {"DEMO_UPSTREAM_URL": upstream.url, "DEMO_FORMATS": "all"}
        )
        slugs = [config.slug for config in settings.PROVIDERS]
        async with serving(owner, settings, upstream.url) as here:
            lanes = await asyncio.gather(*(expects_whole_answers(here, slug) for slug in slugs))
    assert len(slugs) == 5
    for first, *rest in (runs for lane in lanes for runs in lane):
        assert (first.status, bool(rest)) == ("failed", True), first.choice
        assert all(generation.automatic for generation in rest)
    ways = {generation.resume_mode for lane in lanes for runs in lane for generation in runs}
    assert ways == {"", "prefill", "instruct"}
