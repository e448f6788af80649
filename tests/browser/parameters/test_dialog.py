"""The dialog of system prompt and parameters, before a conversation begins and after."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import Complaints, OpenTab
from tests.browser.screens import both
from tests.support.site import Site

pytestmark = pytest.mark.browser


@both
async def test_what_is_set_for_a_new_chat_is_explained_kept_and_sent(
    open_tab: OpenTab, shared_site: Site, complaints: Complaints, screen: dict[str, Any]
) -> None:
    complaints.expect("400")
    chat = Chat(await open_tab(shared_site, **screen))
    page = chat.page
    dialog, temperature = page.locator("#parameters"), page.locator("#parameter-temperature")
    await chat.button("parameters").click()
    await expect(dialog).to_be_visible()
    await page.fill("#parameter-system_prompt", "Be brief.")
    await temperature.fill("hot")
    await temperature.press("Enter")
    await expect(page.locator("#parameter-temperature-error")).to_be_visible()
    await expect(temperature).to_be_focused()
    await temperature.fill("0.5")
    await temperature.press("Enter")
    await expect(dialog).to_be_hidden()
    await expect(page.locator("[data-chip=temperature]")).to_contain_text("0.5")
    await chat.button("parameters").click()
    await expect(dialog).to_be_visible()
    await expect(temperature).to_have_value("0.5")
    await page.locator("#parameter-seed").fill("7")
    await page.locator("#parameter-seed").press("Enter")
    await expect(dialog).to_be_hidden()
    for name in ("system_prompt", "temperature", "seed"):
        await expect(page.locator(f"[data-chip={name}]")).to_be_visible()
    await chat.send("Hello")
    await chat.until("finished")
    await page.locator("details summary", has_text="Details").click()
    await expect(page.locator(".foot__details")).to_contain_text("Be brief.")
    await expect(page.locator(".foot__details")).to_contain_text("Temperature")


async def test_fields_of_one_row_stand_on_one_line(open_tab: OpenTab, shared_site: Site) -> None:
    page = await open_tab(shared_site, "/parameters/")
    names = ("temperature", "top_p", "max_tokens")
    boxes = [await page.locator(f"#parameter-{name}").bounding_box() for name in names]
    assert len({box["y"] for box in boxes if box}) == 1
