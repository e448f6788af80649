"""What a stop means for the bill is said, by who says it, and only where it matters."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import AsyncClient

from streaming.providers.billing import billing
from streaming.providers.config import FORMATS, ProviderConfig, WireFormat
from tests.support.document import parse
from tests.support.living import Living


@pytest.mark.parametrize(
    ("base_url", "stops", "says"),
    [
        ("https://api.openai.com/v1", "yes", "bills what was written"),
        ("https://api.anthropic.com", "unknown", "does not say"),
        ("https://openrouter.ai/api/v1", "partly", "some of the providers"),
        ("https://dashscope-intl.aliyuncs.com/compatible-mode/v1", "yes", "before the stop"),
        ("https://api.novita.ai/v3/openai", "yes", "really used"),
        ("https://models.example.org/v1", "unknown", "whole answer may be billed"),
        ("https://notopenrouter.ai/api/v1", "unknown", "whole answer may be billed"),
        ("http://192.168.1.20:11434/v1", "unknown", "your own hardware"),
        ("http://[::1]:8080/v1", "unknown", "your own hardware"),
        ("http://studio.local:1234/v1", "unknown", "your own hardware"),
    ],
)
def test_each_provider_has_its_note(base_url: str, stops: str, says: str) -> None:
    note = billing(ProviderConfig("p", "P", "chat", base_url))
    assert note.stops == stops
    assert says in note.sentence
    assert note.source.startswith("https://") or stops == "unknown"


def test_an_answer_in_the_background_goes_on_without_its_connection() -> None:
    config = ProviderConfig(
        "p", "P", "responses", "https://api.openai.com/v1", options={"background": True}
    )
    assert billing(config).stops == "no"


@pytest.mark.parametrize("wire_format", [each for each in FORMATS if each != "responses"])
def test_a_format_without_answers_in_the_background_does_not_speak_of_them(
    wire_format: WireFormat,
) -> None:
    plain = ProviderConfig("p", "P", wire_format, "https://api.openai.com/v1")
    switched = replace(plain, options={"background": True})
    assert not switched.is_background
    assert billing(switched) == billing(plain)


async def test_a_stopped_answer_tells_of_its_bill_and_a_finished_one_does_not(
    living: Living, async_client: AsyncClient
) -> None:
    answer = await living.answering()
    await answer.says("One, two,")
    stopped = await answer.stops()
    finished = await living.ended("All of it.")
    await async_client.aforce_login(living.owner)
    shown = {}
    for generation in (stopped, finished):
        reply = await async_client.get(f"/m/{generation.message_id}/details/")
        page = parse(reply.content.decode())
        shown[generation] = [one.text() for one in page.walk() if one.tag in ("dt", "dd")]
    own = billing(ProviderConfig("p", "P", "chat", living.puppet.url))
    assert own.sentence in shown[stopped]
    assert "Billing" not in shown[finished]
