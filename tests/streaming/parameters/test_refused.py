"""A parameter that the provider does not take: what the reader is told, in either language."""

from __future__ import annotations

from typing import Any

from tests.support.living import TELLER, Living, living, owner
from tests.support.tabs import Tab, tab

__all__ = ["living", "owner", "tab"]

SAID = "Unsupported value: 'temperature' does not support 0.5 with this model."


async def test_a_refused_parameter_is_named_and_can_be_changed_before_a_retry(
    living: Living, tab: Tab
) -> None:
    thread = (await living.ended("One.")).conversation
    url = f"/c/{thread.pk}/parameters/"
    said: dict[str, Any] = {"model": f"puppet/{TELLER}", "temperature": "0.5"}
    await tab.post(url, **said)
    await living.do(thread.refresh_from_db)
    answer = await living.answering("Two?", thread)
    assert answer.talk.asked["temperature"] == 0.5
    await answer.talk.refuse(400, SAID, type="invalid_request_error")
    run = await living.until_ended(answer.pk)
    page = await tab.page(f"/c/{thread.pk}/")
    shown = page.one("id", f"message-{run.message_id}").text()
    assert "does not take the value of “Temperature”" in shown
    assert SAID in shown
    swahili = (await tab.get(f"/c/{thread.pk}/", **{"Accept-Language": "sw"})).content.decode()
    assert "hakubali thamani ya “Halijoto”" in swahili
