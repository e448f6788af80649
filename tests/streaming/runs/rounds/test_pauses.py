"""Answers that a provider pauses while its own tools work: continued in the same message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from django.contrib.auth.models import User

from conversations.models import Conversation
from streaming import lifecycle
from streaming.demo.behaviours import texts
from streaming.events import CostReported, UsageReported
from streaming.models import Generation
from streaming.providers import pausing
from streaming.providers.config import ProviderConfig
from streaming.site import site
from tests.streaming.demo.client import DemoClient, demo_client
from tests.support.living import Living
from tests.support.puppet import Puppet

PROMPT = "Make a pause in it"
SENTENCES = (
    f"About “{PROMPT}” the web says that a queue is a line of those who wait. Elsewhere it says "
    "that the first to come is the first to go."
)


@pytest.fixture
async def demo() -> AsyncIterator[DemoClient]:
    async with demo_client() as demo:
        yield demo


@pytest.fixture
async def house(
    transactional_db: None, owner: User, demo: DemoClient, settings: Any
) -> AsyncIterator[Living]:
    """A site whose provider is the demo, in the format that knows pauses."""
    settings.AUTOMATIC_RETRIES = settings.AUTOMATIC_RESUMES = 0
    models = ("demo-searches", "demo-pause")
    url = f"{demo.upstream.url}/v1"
    settings.PROVIDERS = (ProviderConfig("puppet", "Demo", "messages", url, models=models),)
    await lifecycle.ensure_started()
    yield Living(site(), Puppet(), owner)
    await lifecycle.stop()


async def answer(
    house: Living, prompt: str, model: str, conversation: Conversation | None = None
) -> Generation:
    run = await house.send(prompt, conversation, model)
    return await house.until_ended(run.pk)


async def searching(house: Living) -> Conversation:
    return await house.do(
        lambda: Conversation.objects.create(owner=house.owner, parameters={"web_search": "on"})
    )


async def test_a_paused_search_is_continued_in_the_same_message(
    house: Living, demo: DemoClient
) -> None:
    conversation = await searching(house)
    run = await answer(house, PROMPT, "demo-searches", conversation)
    assert (run.status, run.finish_reason, run.warnings) == ("finished", "stop", [])
    assert run.message.text == SENTENCES
    assert [each["title"] for each in run.message.citations] == [
        *("Queues, an overview", "Waiting in line")
    ]
    visits = await demo.log()
    assert len(visits) == 2
    [opaque] = await house.do(lambda: Generation.objects.values_list("opaque").get(pk=run.pk))
    blocks = opaque["blocks"]
    kinds = [block["type"] for block in blocks]
    assert kinds == ["server_tool_use", "web_search_tool_result", "text", "text"]
    assert pausing.said(blocks) == run.message.text
    assert run.output_tokens is not None
    assert run.output_tokens >= len(SENTENCES) // 4
    follow = await answer(house, "And then?", "demo-searches", conversation)
    assert follow.finish_reason == "stop"


async def test_text_alone_is_continued_as_well(house: Living) -> None:
    run = await answer(house, "What is a queue?", "demo-pause")
    assert (run.finish_reason, run.message.text) == ("stop", texts.brief("What is a queue?"))


async def test_pauses_are_bounded_and_the_last_one_is_said(house: Living, settings: Any) -> None:
    settings.PAUSED_ANSWERS = 0
    run = await answer(house, PROMPT, "demo-searches", await searching(house))
    assert run.finish_reason == "pause"
    assert run.message.text == SENTENCES[: SENTENCES.index(" Elsewhere")]
    assert [warned["code"] for warned in run.warnings] == ["paused_often"]


def test_what_two_requests_used_and_cost_is_one_sum() -> None:
    before = UsageReported(input_tokens=10, output_tokens=5, cached_tokens=2)
    after = UsageReported(input_tokens=20, output_tokens=7, partial=True)
    assert pausing.usage(before, after) == UsageReported(30, 12, cached_tokens=2, partial=True)
    assert pausing.usage(None, after) == after
    dollars = CostReported(total=0.25)
    assert pausing.cost(dollars, CostReported(total=0.5)) == CostReported(total=0.75)
    assert pausing.cost(None, dollars) == dollars
