"""Where no provider offers a model, the demo can be switched on again."""

from __future__ import annotations

import uuid
from pathlib import Path

from tests.support.site import Site
from tests.support.visitor import Visitor, answers

BROKEN = """
from streaming.models import StoredProvider
StoredProvider.objects.create(
    slug="naga", name="Naga", format="chat", base_url="https://api.invalid/v1", enabled={enabled})
"""


def words(text: str) -> str:
    return " ".join(text.split())


async def test_the_demo_is_switched_on_where_no_provider_offers_a_model(tmp_path: Path) -> None:
    site = Site(tmp_path / "data")
    try:
        site.start()
        assert site.cookies
        site.manage("shell", "-c", BROKEN.format(enabled=True))
        site.terminate()
        site.start()
        async with Visitor(site) as visitor:
            page = await visitor.page("/")
            assert "Connect one, or switch the demo on" in words(page.text())
            key = str(uuid.uuid4())
            refused = await visitor.post("/send/", prompt="Hello", model="", key=key)
            assert "Choose one" not in refused.text
            assert (await visitor.post("/providers/demo/", enabled="on")).status_code == 303
            page = await visitor.page("/")
            assert "A demo provider is answering" in words(page.text())
            sent = await visitor.send("Hello", "demo/demo-brief")
            assert answers(sent.page)
            assert (await visitor.post("/providers/demo/", enabled="off")).status_code == 303
            assert "Connect one, or" in words((await visitor.page("/")).text())
    finally:
        site.end()
