"""All branches of a conversation in one list, each a press away, on a desk and on a phone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.browser.screens import both
from tests.browser.trash.test_trash import conversation
from tests.support.site import Site

pytestmark = pytest.mark.browser

TO_THE_MINUTE = re.compile(r"^\D*\d+, \d{4}, \d+:\d\d\W[AP]M$")
WITH_SECONDS = re.compile(r"\d+:\d\d:\d\d")


@both
async def test_a_branch_is_chosen_from_the_list_and_shown_in_every_tab(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    here = await conversation(shared_site, open_tab, "Where does it fork?", screen)
    first = await here.text()
    await here.choose("demo-unicode")
    await here.press("regenerate")
    await expect(here.answer.locator(".siblings__count")).to_have_text("2/2")
    await here.until("finished")
    await expect(here.answer.locator(".fork")).to_have_attribute(
        "title", "The thread forks here: 2 answers to this prompt"
    )
    path = here.page.url.removeprefix(shared_site.base_url)
    there = Chat(await open_tab(shared_site, path, in_profile_of=here.page))
    await here.page.locator(".heading__more").click()
    await here.page.locator("[data-action=branches]").click()
    links = here.page.locator("[data-branches] a")
    await expect(links).to_have_count(2)
    await expect(here.page.locator("#menu-heading")).to_be_hidden()
    await expect(links.first).to_be_in_viewport(ratio=1)
    await expect(links.first.locator("time")).to_have_text(TO_THE_MINUTE)
    await expect(links.first.locator("time")).to_have_attribute("title", WITH_SECONDS)
    await expect(links.first).to_have_attribute("aria-current", "true")
    await links.last.click()
    await expect(here.page.locator("[data-branches]")).to_be_hidden()
    for tab in (here, there):
        await expect(tab.answer.locator(".siblings__count")).to_have_text("1/2")
        await expect(tab.answer.locator("[data-answer]")).to_have_text(first)


@both
async def test_the_mark_of_a_fork_goes_and_comes_with_its_other_branch(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    """A page that was read before the step to the first answer deletes the second."""
    here = await conversation(shared_site, open_tab, "Is there another way?", screen)
    await here.press("regenerate")
    await expect(here.answer.locator(".siblings__count")).to_have_text("2/2")
    await here.until("finished")
    path = here.page.url.removeprefix(shared_site.base_url)
    there = Chat(await open_tab(shared_site, path, in_profile_of=here.page))
    plain = await open_tab(shared_site, path, javascript=False)
    await here.answer.locator("[data-action=previous]").click()
    marks = [tab.answer.locator(".answer__body > .fork") for tab in (here, there)]
    for mark, tab in zip(marks, (here, there), strict=True):
        await expect(tab.answer.locator(".siblings__count")).to_have_text("1/2")
        await expect(mark).to_be_visible()
    await plain.locator("article[data-role=assistant] [data-action=delete]").click()
    for mark in marks:
        await expect(mark).to_have_count(0)
    await plain.locator("[data-action=undo]").click()
    for mark in marks:
        await expect(mark).to_have_attribute(
            "title", "The thread forks here: 2 answers to this prompt"
        )
