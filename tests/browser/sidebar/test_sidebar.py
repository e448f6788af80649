"""The list of conversations in a tab: older ones are loaded as the reader scrolls."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenTab
from tests.browser.page.test_page import PHONE
from tests.support.site import Site

pytestmark = pytest.mark.browser

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 600}}
MAKE = """
from datetime import timedelta
from django.contrib.auth.models import User
from django.utils import timezone
from conversations.models import Conversation
for number in range({size}):
    made = Conversation.objects.create(owner=User.objects.first(), title=f"Old {{number}}")
    made.updated_at = timezone.now() - timedelta(days=500 + number)
    made.save()
"""
SIZE = 100


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_every_conversation_is_reached_by_scrolling(
    site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    assert site.cookies  # its owner exists from then on
    site.manage("shell", "-c", MAKE.format(size=SIZE))
    page = await open_tab(site, "/", **screen)
    rows = page.locator("[data-conversation-link]")
    await expect(rows).to_have_count(40)
    if screen is PHONE:
        await page.get_by_role("button", name="Conversations").click()
    for count in (80, SIZE):
        await page.locator(".list__earlier").scroll_into_view_if_needed()
        await expect(rows).to_have_count(count)
    await expect(page.locator(".list__earlier")).to_have_count(0)
    last = rows.last
    await last.click()
    await expect(page.locator("main [data-title]").first).to_have_text(f"Old {SIZE - 1}")


async def test_without_script_the_older_ones_are_a_page(site: Site, open_tab: OpenTab) -> None:
    assert site.cookies
    site.manage("shell", "-c", MAKE.format(size=41))
    page = await open_tab(site, "/", javascript=False)
    await page.locator(".list__earlier").click()
    await expect(page.locator("[data-conversation-link]")).to_have_text(["Old 40"])
