"""The size and the price of files are said before they are sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User

from streaming.providers.http.upstream import Upstream
from streaming.providers.model_facts import ModelFacts
from streaming.site import site
from tests.streaming.sent_files import kept
from tests.support.document import parse
from tests.support.living import Living, living, owner
from tests.support.tabs import Tab, tab

__all__ = ["living", "owner", "tab"]

PRICED = ModelFacts(input_rate=Decimal(2), output_rate=Decimal(8))
SAID: list[tuple[ModelFacts, str]] = [
    (ModelFacts(), "about 1.3k tokens"),
    (PRICED, "about 1.3k tokens, about $0.00251"),
    (ModelFacts(images=False), "teller takes no pictures"),
]


@pytest.mark.parametrize(("facts", "said"), SAID)
async def test_files_of_the_message_box_are_weighed(
    living: Living, tab: Tab, facts: ModelFacts, said: str
) -> None:
    """255 for the picture, 1,000 for the text; another's are nothing, nor is what is no number."""
    provider = site().providers["puppet"]
    assert isinstance(provider, Upstream)
    provider.facts = {"teller": facts}

    def make() -> list[Any]:
        stranger = User.objects.create_user("stranger")
        mine = kept.picture(living.owner), kept.notes(living.owner, "word" * 1000)
        return [*(file.pk for file in mine), kept.notes(stranger, "x" * 40_000).pk]

    files = await living.do(make)
    query = "&".join(f"file={pk}" for pk in (*files, "x"))
    reply = await tab.get(f"/files/weight/?model=puppet/teller&{query}")
    assert said in parse(reply.content.decode()).one("id", "files-weight").text()


async def test_of_a_model_that_nobody_offers_nothing_is_said(living: Living, tab: Tab) -> None:
    reply = await tab.get("/files/weight/?model=puppet/none")
    assert parse(reply.content.decode()).one("id", "files-weight").text().strip() == ""
