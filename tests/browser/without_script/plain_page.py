"""A person whose browser runs no script: what is done has to be found on the page."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.support.site import Site

PASSWORD, OTHER_PASSWORD = "a long word of passage", "another word of passage"
MAKE = """
from django.contrib.auth.models import User
User.objects.create_user({name!r}, password={password!r})
"""
SHORT, SILENT, LONG = "demo-brief", "demo-silent", "demo-prefill"


class Pages:
    """What is on every page, and how one is left for another."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.chat = Chat(page)
        self.card = page.locator(".card")
        self.sidebar = page.locator("#sidebar")

    async def sign_in(self, name: str, password: str = PASSWORD) -> None:
        await self.page.get_by_label("Name").fill(name)
        await self.page.get_by_label("Password").fill(password)
        await self.button("Sign in").click()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True)

    async def follow(self, pressed: Locator) -> None:
        """Presses it, and waits for the page that it leads to."""
        async with self.page.expect_navigation():
            await pressed.click()

    async def press(self, name: str) -> None:
        await self.follow(self.button(name))

    async def drawer(self) -> None:
        """On a phone the list is behind a button."""
        nav = self.page.locator(".top__nav")
        if await nav.is_visible() and not await self.sidebar.is_visible():
            await nav.click()

    async def fits(self) -> None:
        """Nothing of the page is off the screen. Playwright asks, as the page has no script."""
        box = await self.page.locator("body").bounding_box()
        screen = self.page.viewport_size
        assert box is not None
        assert screen is not None
        assert box["width"] <= screen["width"]


class PlainPage(Pages):
    """What a person does who reads labels and presses what is in sight."""

    async def send(self, prompt: str, model: str = SHORT) -> None:
        await self.chat.choose(model)
        await self.chat.box.fill(prompt)
        await self.follow(self.page.locator("[data-action=send]"))

    async def until(self, status: str) -> None:
        """Looks again, as the page asks for it, until the answer stands so."""
        latest = self.chat.answer
        while await latest.get_attribute("data-status") != status:
            await self.page.reload()

    async def answers(self, prompt: str, model: str = SHORT) -> None:
        await self.send(prompt, model)
        await self.until("finished")

    async def answers_anew(self, prompt: str) -> None:
        await self.follow(self.page.locator(".top__new:visible, .sidebar__new:visible").first)
        await self.answers(prompt)

    def row(self, title: str) -> Locator:
        return self.page.locator(".row", has=self.page.locator(f"[data-title]:text-is({title!r})"))

    async def menu(self, title: str, item: str) -> None:
        """The menu of a row, and what is in it."""
        await self.drawer()
        await self.row(title).locator(".row__more").click()
        await self.page.locator(".menu:popover-open").get_by_text(item, exact=True).click()

    async def heading_menu(self, item: str) -> None:
        await self.page.locator(".heading__more").click()
        await self.page.locator(".menu:popover-open").get_by_text(item, exact=True).click()

    async def project_menu(self, name: str, item: str) -> None:
        await self.drawer()
        await self.page.get_by_role("button", name=f"More about {name}", exact=True).click()
        await self.page.locator(".menu:popover-open").get_by_text(item, exact=True).click()

    async def tool(self, message: Locator, action: str) -> None:
        """A tool of a message: those of prompts are in sight once it is pointed at."""
        await message.hover()
        await message.locator(f"[data-action={action}]").click()

    async def answer_menu(self, message: Locator, action: str) -> None:
        await message.hover()
        await message.get_by_role("button", name="More about this answer").click()
        await self.page.locator(f".menu:popover-open [data-action={action}]").click()


async def somebody(site: Site, open_tab: OpenTab, name: str, **screen: Any) -> PlainPage:
    """Somebody new on a site that many use, who signs in by the form."""
    site.manage("shell", "-c", MAKE.format(name=name, password=PASSWORD))
    page = PlainPage(await open_tab(site, signed_in=False, javascript=False, **screen))
    await page.sign_in(name)
    await expect(page.page).to_have_url(re.compile(r"/$"))
    return page
