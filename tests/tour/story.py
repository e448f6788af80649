"""The walk of docs/tour.md, as a person takes it, with the pictures on the way."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.browser.chat import Chat
from tests.browser.sidebar.test_order import choose, make, row
from tests.tour.visit import Visit

PROMPT = "How does backpressure keep a stream from flooding its reader?"
EDITED = "What is backpressure, in three sentences?"
CHAT = "conversations/conversation.html"
ANSWER = ("streaming/answer/_answer.html", "streaming/answer/_footer.html")
RESULTS = ("conversations/search/search.html", "conversations/search/_hit.html")

BEHIND: dict[str, tuple[str, ...]] = {
    "tour/01-begin": (CHAT,),
    "tour/02-connect": ("providers/list.html", "providers/_card.html"),
    "streaming-light": (CHAT, *ANSWER),
    "streaming-dark": (CHAT, *ANSWER),
    "stopped-dark": (CHAT, *ANSWER),
    "tour/04-stop": (CHAT, *ANSWER),
    "tour/05-resume": (CHAT, *ANSWER, "streaming/details/details.html"),
    "finished-light": (CHAT, *ANSWER),
    "finished-dark": (CHAT, *ANSWER),
    "phone-light": (CHAT, *ANSWER),
    "tour/06-queue": (CHAT, *ANSWER, "streaming/queue/_queue.html"),
    "tour/07-branch": (CHAT, *ANSWER),
    "tour/08-search": RESULTS,
    "tour/09-order": (CHAT, *ANSWER),
    "tour/10-trash": ("trash/trash.html",),
    "tour/11-keys": (CHAT, "keyboard/palette.html"),
    "tour/12-phone": (CHAT, *ANSWER),
}
"""Each picture, and the templates with which its page is made."""


async def play(visit: Visit) -> None:
    chat = await visit.open()
    await expect(chat.page.locator(".welcome")).to_be_visible()
    await visit.take("tour/01-begin", chat.page)
    await connect(visit)
    dark = await ask(visit, chat)
    await stop_and_resume(visit, chat, dark)
    await look_at_the_end(visit, chat, dark)
    await edit(visit, chat)
    await find(visit, chat)
    await queue(visit, chat)
    await keep_in_order(visit, chat)
    await throw_away(visit, chat)
    await press_keys(visit)


async def connect(visit: Visit) -> None:
    providers = await visit.open("/providers/")
    await visit.take("tour/02-connect", providers.page)
    await providers.page.close()


async def ask(visit: Visit, chat: Chat) -> Chat:
    """The answer grows in two tabs, a light one and a dark one."""
    await chat.send(PROMPT)
    await chat.page.wait_for_url(re.compile("/c/"))
    dark = await visit.open(path_of(chat), dark=True)
    await chat.has(900)
    await visit.take("streaming-light", chat.page)
    await visit.take("streaming-dark", dark.page)
    return dark


async def stop_and_resume(visit: Visit, chat: Chat, dark: Chat) -> None:
    await chat.press("stop")
    await chat.until("cancelled")
    await dark.until("cancelled")
    await visit.take("stopped-dark", dark.page)
    await visit.take("tour/04-stop", chat.page)
    await chat.press("resume")
    await chat.until("finished")


async def look_at_the_end(visit: Visit, chat: Chat, dark: Chat) -> None:
    await dark.until("finished")
    await visit.take("finished-light", chat.page)
    await visit.take("finished-dark", dark.page)
    for name, is_dark in (("phone-light", False), ("tour/12-phone", True)):
        phone = await visit.open(path_of(chat), dark=is_dark, phone=True)
        await phone.until("finished")
        await visit.take(name, phone.page)
        await phone.page.close()
    await chat.answer.locator(".foot__details > summary").click()
    await expect(chat.answer.locator("[data-generation-details]")).to_have_count(2)
    await visit.take("tour/05-resume", chat.page)


async def edit(visit: Visit, chat: Chat) -> None:
    """The prompt is asked in other words, and both versions stay."""
    await chat.prompts.last.hover()
    await chat.prompts.last.locator("[data-action=edit]").click()
    await chat.page.locator("[data-editor] textarea").fill(EDITED)
    await chat.page.select_option("[data-editor] select[name=model]", "demo/demo-brief")
    await chat.page.locator("[data-action=save-edit]").click()
    await expect(chat.prompts.last).to_contain_text(EDITED)
    await chat.until("finished")
    if await chat.page.locator("[data-jump]").is_visible():
        await chat.page.locator("[data-jump]").click()
    await chat.prompts.last.hover()
    await visit.take("tour/07-branch", chat.page)


async def find(visit: Visit, chat: Chat) -> None:
    page = chat.page
    await page.locator("[data-search] input[name=q]").fill("queue")
    await page.locator("[data-search] input[name=q]").press("Enter")
    await expect(page.locator("a[data-hit] mark").first).to_be_visible()
    await visit.take("tour/08-search", page)


async def queue(visit: Visit, chat: Chat) -> None:
    """Two prompts wait for an answer that takes its time."""
    await chat.page.goto(visit.site.base_url)
    await chat.send("Three sights of Lisbon", "demo-slow")
    for number, prompt in enumerate(("And three of Porto", "How long is the way by train?"), 1):
        await chat.box.fill(prompt)
        await chat.box.press("Enter")
        await expect(chat.box).to_have_value("")
        await expect(chat.page.locator("[data-queued]")).to_have_count(number)
    await chat.has(60)
    await visit.take("tour/06-queue", chat.page)


async def keep_in_order(visit: Visit, chat: Chat) -> None:
    """Some stored conversations; one is pinned, one is moved to a project."""
    make(visit.site, "Notes on flow control", "Letter to the landlord", "Packing list")
    page = chat.page
    await choose(page, "Packing list", "pin")
    await expect(row(page, "Packing list")).to_have_attribute("data-pinned", "")
    await choose(page, "Notes on flow control", "move")
    await page.get_by_placeholder("New project").fill("Thesis")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-project]", has_text="Thesis")).to_have_count(1)
    await expect(row(page, "Three sights of Lisbon")).to_have_attribute("data-state", "running")
    await chat.box.focus()
    await visit.take("tour/09-order", page)


async def throw_away(visit: Visit, chat: Chat) -> None:
    """The conversation goes, its answer is stopped; it is in the trash."""
    page = chat.page
    await page.locator(".heading__more").click()
    await page.locator(".menu:popover-open [data-delete]").click()
    await page.wait_for_url("**/?deleted=*")
    await expect(page.locator("[data-undo]")).to_be_visible()
    await page.goto(f"{visit.site.base_url}/trash/")
    await visit.take("tour/10-trash", page)


async def press_keys(visit: Visit) -> None:
    chat = await visit.open(dark=True)
    await chat.page.keyboard.press("Control+k")
    palette = chat.page.locator("dialog[data-palette]")
    await expect(palette.get_by_role("option").first).to_be_visible()
    await visit.take("tour/11-keys", chat.page)


def path_of(chat: Chat) -> str:
    return "/" + chat.page.url.split("/", 3)[3]
