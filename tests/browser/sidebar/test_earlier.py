"""Earlier conversations in a tab: once loaded they stay, and none is listed twice."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from conversations.sidebar import AT_ONCE
from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.support.site import Site

pytestmark = pytest.mark.browser

PAST = 3 * AT_ONCE
SHAPES: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
MAKE = f"""
from datetime import UTC, datetime, timedelta
from django.contrib.auth.models import User
from conversations.models import Conversation
from tests.support.rows import long_conversation
there = set(Conversation.objects.values_list("title", flat=True))
for number in range({PAST}):
    if f"Past {{number}}." in there:
        continue
    made = long_conversation(User.objects.first(), 2)
    then = datetime(2025, 3, 1, tzinfo=UTC) - timedelta(hours=9 * number)
    Conversation.objects.filter(pk=made.pk).update(title=f"Past {{number}}.", updated_at=then)
"""
FORGET = """
from conversations.models import Conversation
Conversation.objects.filter(title={title!r}).delete()
"""
OLDEST = f"Past {PAST - 1}."
NAMES = "rows => rows.map((row) => row.id)"
TO_END = "list => { list.scrollTop = list.scrollHeight; }"
COUNT = """list => [list.querySelectorAll(".row").length,
    Boolean(list.querySelector("[data-earlier-rows]"))]"""
TWO_FRAMES = """() => new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(done)))"""


def fill(site: Site) -> None:
    """Stores as many old conversations as the list loads in three steps."""
    assert site.cookies  # their owner exists from then on
    site.manage("shell", "-c", MAKE)


class Sidebar:
    """The list of a tab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.list = page.locator("[data-list]")
        self.rows = self.list.locator(".row")
        self.labels = self.list.locator(".list__label:visible")
        self.link = self.list.locator("[data-earlier-rows]")

    async def show(self) -> None:
        if await self.page.locator(".top__nav").is_visible():
            await self.page.locator(".top__nav").tap()
        await expect(self.list).to_be_visible()

    def row(self, title: str) -> Locator:
        return self.rows.filter(has=self.page.get_by_text(title, exact=True))

    async def place_of(self, row: Locator) -> float:
        await self.page.evaluate(TWO_FRAMES)
        place: float = await row.evaluate("(element) => element.getBoundingClientRect().top")
        return place

    async def load_one_more(self) -> None:
        """Scrolls to the end; the row that stood there must stay in its place.

        Does nothing if the last ones came meanwhile, as they do where the end is in view.
        """
        count, is_more = await self.list.evaluate(COUNT)
        if not is_more:
            return
        read = self.page.locator(f"#{(await self.names())[-1]}")
        await self.list.evaluate(TO_END)
        place = await read.evaluate("(element) => element.getBoundingClientRect().top")
        await expect(self.rows).not_to_have_count(count)
        assert abs(await self.place_of(read) - place) <= 1

    async def load_all(self) -> None:
        while await self.link.count():
            await self.load_one_more()

    async def names(self) -> list[str]:
        names: list[str] = await self.rows.evaluate_all(NAMES)
        return names

    async def expects_nothing_twice(self) -> None:
        """Nothing is listed twice, and no group is named twice."""
        names, labels = await self.names(), await self.labels.all_text_contents()
        assert len(set(names)) == len(names)
        assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("shape", SHAPES)
async def test_one_that_was_opened_is_listed_from_the_start(
    shared_site: Site, open_tab: OpenTab, shape: str
) -> None:
    fill(shared_site)
    page = await open_tab(shared_site, **SHAPES[shape])
    sidebar = Sidebar(page)
    await expect(sidebar.rows).to_have_count(AT_ONCE)
    await sidebar.show()
    await sidebar.load_all()
    await sidebar.expects_nothing_twice()
    await sidebar.row(OLDEST).locator("a.row__link").click()
    await expect(page.locator("h1")).to_have_text(OLDEST)
    await sidebar.show()
    await expect(sidebar.row(OLDEST).locator("[aria-current=page]")).to_be_in_viewport()
    assert await sidebar.rows.count() > AT_ONCE + 1  # what was loaded stays in the open page
    await page.reload()
    await expect(sidebar.rows).to_have_count(AT_ONCE + 1)
    await sidebar.show()
    await expect(sidebar.row(OLDEST).locator("[aria-current=page]")).to_be_in_viewport()
    await expect(sidebar.labels.first).to_have_text("Open now")
    await sidebar.load_all()
    await sidebar.expects_nothing_twice()
    await expect(sidebar.row(OLDEST)).to_have_count(1)


@pytest.mark.parametrize(
    ("opened", "times", "from_here"),
    [("Past 5.", 2, True), (f"Past {AT_ONCE + 20}.", 2, True), (OLDEST, 1, False)],
)
async def test_what_was_loaded_stays_when_the_open_conversation_rises(
    shared_site: Site, open_tab: OpenTab, opened: str, times: int, from_here: bool
) -> None:
    """Whether it is among those that were loaded, or listed above them for being open."""
    fill(shared_site)
    page = await open_tab(shared_site)
    sidebar, chat = Sidebar(page), Chat(page)
    await sidebar.load_all()
    await sidebar.row(opened).locator("a.row__link").click()
    await expect(page.locator("h1")).to_have_text(opened)
    await page.reload()
    for _ in range(times):
        await sidebar.load_one_more()
    before, row = await sidebar.names(), sidebar.row(opened)
    read = sidebar.rows.nth(AT_ONCE + 6)
    await read.evaluate("row => row.scrollIntoView({ block: 'start' })")
    read = page.locator(f"#{await read.get_attribute('id')}")
    place = await sidebar.place_of(read)
    path = page.url.removeprefix(shared_site.base_url)
    sender = chat if from_here else Chat(await open_tab(shared_site, path, in_profile_of=page))
    await sender.send("More of this", "demo-brief")
    await chat.until("finished")
    await expect(sidebar.rows.first).to_have_attribute("id", str(await row.get_attribute("id")))
    assert abs(await sidebar.place_of(read) - place) <= 1
    moved = await row.get_attribute("id")
    assert await sidebar.names() == [moved, *(name for name in before if name != moved)]
    await sidebar.expects_nothing_twice()
    await expect(row.locator("[aria-current=page]")).to_have_count(1)
    await sidebar.load_all()
    await sidebar.expects_nothing_twice()
    for each in page.context.pages:  # so that no tab shows it any more
        await each.close()
    shared_site.manage("shell", "-c", FORGET.format(title=opened))


async def test_the_keyboard_continues_where_the_link_was(
    shared_site: Site, open_tab: OpenTab
) -> None:
    fill(shared_site)
    sidebar = Sidebar(await open_tab(shared_site))
    await sidebar.link.focus()
    await expect(sidebar.rows).to_have_count(2 * AT_ONCE)
    await expect(sidebar.rows.nth(AT_ONCE).locator("a.row__link")).to_be_focused()
