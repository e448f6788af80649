"""A conversation that begins in the page where its first prompt was typed, without another page."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.support.site import Site

pytestmark = pytest.mark.browser

SHORT, SILENT = "demo-brief", "demo-wait"
CONVERSATION = re.compile(r"/c/[0-9a-f-]{36}/$")
LOOKS = """() => {
    const later = ["csrfmiddlewaretoken", "gauge-slot"]; // the second is filled after a change
    const passing = ["style", "data-following", "data-seen", "data-cursor", "selected"];
    const own = ["key", "csrfmiddlewaretoken", "deletion"]; // of each form that is rendered
    const attributes = (element) => [...element.attributes]
        .filter(({ name }) => !passing.includes(name) && name !== "class")
        .filter(({ name }) => name !== "value" || !own.includes(element.name))
        .map(({ name, value }) => `${name}=${value}`)
        .concat([...element.classList].map((name) => `.${name}`))
        .sort().join(" ");
    const tree = (node) => {
        if (node instanceof Text) return node.textContent.replace(/\\s+/g, " ").trim();
        if (!(node instanceof Element) || node.localName === "noscript") return "";
        if (later.includes(node.name) || later.includes(node.id)) return "";
        if (node.matches(".answer__waiting") && !node.checkVisibility()) return ""; // while it runs
        const answer = "answer" in node.dataset; // written word by word, or at once
        const nodes = answer ? [new Text(node.textContent)] : [...node.childNodes];
        const inside = nodes.map(tree).filter(Boolean).join("\\n");
        return `<${node.localName} ${attributes(node)}>\\n${inside}\\n</>`;
    };
    const parts = ["main", ".sidebar__head", "[data-list] .row:has([aria-current])"];
    const shown = parts.map((part) => tree(document.querySelector(part)));
    return [...shown, document.title, document.querySelector("#model").value].join("\\n");
}"""


async def begun(page: Page, prompt: str, model: str = SHORT) -> Chat:
    """The conversation that was begun with this prompt, in the document that is marked."""
    chat = Chat(page)
    await page.evaluate("window.isTheSame = true")
    await chat.send(prompt, model)
    await expect(page).to_have_url(CONVERSATION)
    assert await page.evaluate("window.isTheSame")
    return chat


async def until_listed(page: Page) -> None:
    """The list shows the open conversation, and nothing is being written in it."""
    row = page.locator("[data-list] .row:has([aria-current=page])")
    await expect(row).to_have_count(1)
    await expect(row.locator(".dot")).to_have_count(0)
    await expect(page.locator("#controls")).to_have_attribute("data-state", "idle")


async def test_it_looks_as_it_does_after_a_reload(shared_site: Site, open_tab: OpenTab) -> None:
    page = await open_tab(shared_site)
    chat = await begun(page, "What is a queue?")
    await chat.until("finished")
    await until_listed(page)
    here = await page.evaluate(LOOKS)
    await page.reload()
    await until_listed(page)
    assert here == await page.evaluate(LOOKS)


async def test_it_goes_on_as_a_conversation_of_its_own(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(shared_site)
    chat = await begun(page, "Wait for it", SILENT)
    await chat.box.fill("Half a thought")
    await chat.page.keyboard.press("Escape")
    await chat.until("cancelled")
    address = page.url
    other = await open_tab(
        shared_site, address.removeprefix(shared_site.base_url), in_profile_of=page
    )
    await expect(Chat(other).box).to_have_value("Half a thought")
    await Chat(other).send("And now answer", SHORT)
    await expect(chat.answers).to_have_count(2)
    await chat.until("finished")
    assert await page.evaluate("window.isTheSame")
    await page.goto(f"{shared_site.base_url}/")
    await expect(chat.box).to_have_value("")


async def test_back_leads_to_a_new_one_and_forward_to_this_one(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(shared_site)
    chat = await begun(page, "Tell me")
    await chat.until("finished")
    await page.go_back()
    await expect(page.locator(".welcome")).to_be_visible()
    await expect(chat.answers).to_have_count(0)
    await page.go_forward()
    await expect(page).to_have_url(CONVERSATION)
    await expect(chat.answers).to_have_count(1)
    await expect(page.locator("[data-heading]")).to_contain_text("Tell me")
