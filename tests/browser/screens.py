"""A desk and a phone: what is done on the one is done on the other, in the way that it offers."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
both = pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])


def name_of(screen: dict[str, Any]) -> str:
    """Told in titles and prompts: both screens belong to one person, who has one list."""
    return "phone" if screen is PHONE else "desk"


async def show_list(page: Page) -> None:
    """Where the list is in a drawer, opens it."""
    drawer, button = page.locator("#sidebar"), page.locator(".top__nav")
    if await button.is_visible() and not await drawer.is_visible():
        await button.tap()
    await expect(drawer).to_be_visible()


async def hide_list(page: Page) -> None:
    """Where the list is in a drawer, closes it."""
    close = page.locator(".sidebar__close")
    if await close.is_visible():
        await close.tap()
