"""Somebody searches: from the keyboard, from a phone, without script; each hit shows its word."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import OpenTab
from tests.browser.screens import PHONE, both, show_list
from tests.support.site import Site

pytestmark = pytest.mark.browser

MAKE = """
from django.contrib.auth.models import User
from conversations.models import Conversation, Message
from tests.support.rows import long_conversation

owner = User.objects.first()
if not Conversation.objects.filter(title="About zephyrs").exists():
    thread = long_conversation(owner, 3000, "Some *words*. " * 10)
    thread.title = "About zephyrs"
    thread.save()
    first, second, *_ = thread.messages.order_by("pk")
    far = Message.objects.get(pk=second.pk)
    far.text = "Far above.\\n\\n" * 60 + "A **quokka** in `code`." + "\\n\\nBelow." * 60
    far.save()
    Message.objects.create(
        conversation=thread, parent=first, role="assistant", text="A sidetracked quokka"
    )
    near = thread.messages.order_by("pk")[2997]
    near.text = "And another quokka"
    near.save()
"""
IS_ONE_ROW = """() => {
    const parts = [...document.querySelectorAll("[data-find-bar] > :not(.find-bar__branch)")];
    const boxes = parts.map((each) => each.getBoundingClientRect());
    return Math.max(...boxes.map((box) => box.top)) < Math.min(...boxes.map((box) => box.bottom));
}"""


@pytest.fixture
def site_with_texts(shared_site: Site) -> Site:
    assert shared_site.cookies  # the owner exists from then on
    shared_site.manage("shell", "-v0", "-c", MAKE)
    return shared_site


async def expects_in_view(found: Locator, words: str) -> None:
    await expect(found).to_have_text(words)
    await expect(found).to_be_in_viewport()


async def search_from_the_keyboard(page: Page, words: str) -> None:
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("/")
    await expect(page.locator("[data-search] input[name=q]")).to_be_focused()
    await page.keyboard.type(words)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/search/?q=*")


async def test_a_search_from_the_keyboard_lands_on_the_word(
    site_with_texts: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(site_with_texts)
    await search_from_the_keyboard(page, "quokka")
    hits = page.locator("a[data-hit]")
    await expect(hits).to_have_count(3)
    await expect(hits.locator("mark")).to_have_count(3)
    await hits.filter(has_text="quokka in code").press("Enter")
    await expects_in_view(page.locator("[data-found]"), "quokka")
    await expect(page.locator("[data-found-count]")).to_have_text("1 of 3 messages")
    await page.locator("[data-action=next-found]").click()
    await page.locator("[data-action=next-found]").click()
    await expects_in_view(page.locator("[data-found]"), "quokka")
    await expect(page.locator("[data-found-count]")).to_have_text("3 of 3 messages")
    await page.get_by_role("link", name="Close", exact=True).click()
    await expect(page).to_have_url(re.compile(r"/c/[^?]+/#latest$"))


@both
async def test_a_hit_on_another_branch_can_be_made_the_one_that_is_shown(
    site_with_texts: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    page = await open_tab(site_with_texts, "/search/?q=sidetracked", **screen)
    await page.locator("a[data-hit]").click()
    await expects_in_view(page.locator("[data-found]"), "sidetracked")
    leaf = await page.locator("[data-found]").evaluate("e => e.closest('[data-message]').id")
    await page.locator("[data-action=show-branch]").click()
    await expect(page.locator("#thread > article").last).to_have_id(leaf)


async def test_on_a_phone_the_box_is_in_the_drawer(
    site_with_texts: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(site_with_texts, "/", **PHONE)
    await show_list(page)
    box = page.locator("[data-search] input[name=q]")
    await box.fill("quokka code")
    await box.press("Enter")
    await page.locator("a[data-hit]").click()
    await expects_in_view(page.locator("[data-found]"), "quokka")
    await page.locator("[data-find] input").fill("quokka")
    await page.locator("[data-find] input").press("Enter")
    count = page.locator("[data-found-count]")
    await expect(count).to_have_text(re.compile(r"^3 of 3"), use_inner_text=True)
    await page.locator("[data-action=previous-found]").tap()
    await expect(count).to_have_text("2 of 3", use_inner_text=True)
    await page.locator("[data-action=next-found]").tap()
    await expect(count).to_have_text("3 of 3", use_inner_text=True)
    await page.set_viewport_size({"width": 360, "height": 780})
    assert await page.evaluate(IS_ONE_ROW)
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0


@both
async def test_the_bar_finds_what_is_not_loaded_and_goes_both_ways(
    site_with_texts: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    """The first message that holds the word lies thousands above the ones that a page shows."""
    page = await open_tab(site_with_texts, "/search/?q=zephyr", **screen)
    await page.locator("a[data-hit]").click()
    bar = page.locator("[data-find-bar]")
    await bar.locator("[data-find-close]").click()
    await expect(page.locator("article", has_text="quokka in code")).to_have_count(0)
    await page.locator("[data-find-open]").click()
    box = bar.get_by_role("searchbox", name="Find in this conversation")
    await expect(box).to_be_focused()
    await box.fill("quokka")
    await box.press("Enter")
    found, count = page.locator("[data-found]"), page.locator("[data-found-count]")
    await expect(count).to_have_text(re.compile(r"^3 of 3"))
    for action, number in (("previous", 2), ("previous", 1), ("next", 2), ("previous", 1)):
        await bar.locator(f"[data-action={action}-found]").click()
        await expect(count).to_have_text(re.compile(f"^{number} of 3"))
        await expects_in_view(found, "quokka")
    await expect(page.locator("article:has([data-found])")).to_contain_text("quokka in code")
    await expect(bar.locator("[data-action=previous-found]")).to_have_count(0)
    await bar.locator("[data-find-close]").click()
    await expect(page).to_have_url(re.compile(r"/c/[^?]+/#latest$"))
    await expect(bar).to_be_hidden()


async def test_without_script_the_word_is_in_view_as_well(
    site_with_texts: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(site_with_texts, "/", javascript=False)
    box = page.locator("[data-search] input[name=q]")
    await box.fill("quokka code")
    await box.press("Enter")
    await page.locator("a[data-hit]").click()
    await expects_in_view(page.locator("[data-found]"), "quokka")
    await page.locator("[data-find-open]").click()
    await expect(page.locator("[data-find] input")).to_be_visible()


async def test_a_slash_in_a_text_is_a_slash(site_with_texts: Site, open_tab: OpenTab) -> None:
    page = await open_tab(site_with_texts)
    prompt = page.locator("#prompt")
    await prompt.fill("")
    await prompt.press_sequentially("a/b")
    await expect(prompt).to_have_value("a/b")


async def test_a_title_that_is_found_is_marked(site_with_texts: Site, open_tab: OpenTab) -> None:
    page = await open_tab(site_with_texts, "/search/?q=zephyr")
    await page.locator("a[data-hit]").click()
    await expect(page.locator("[data-found] mark")).to_have_text("zephyrs")
    await expects_in_view(page.locator("[data-found]"), "About zephyrs")
