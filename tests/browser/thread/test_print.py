"""What is printed: the whole thread, nothing around it, nothing cut off."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import OpenTab
from tests.browser.stored_conversations import conversation
from tests.support.site import Site

pytestmark = pytest.mark.browser

WIDE = " + ".join(f"a_{{{number}}}" for number in range(60))
TEXT = f"""\
Text before.

```py
{"x = 1 + " * 60}1
{"y = 2" + chr(10) * 120}
```

$$
{WIDE}
$$

| {"one long word after the other " * 6} | {"B" * 120} |
|---|---|
| 1 | 2 |

The end.
"""
PAPER: dict[str, Any] = {"viewport": {"width": 680, "height": 960}}
"""As wide as A4 within its margins."""

CUT = """() => [...document.querySelectorAll(".main *")]
    .filter((element) => element.checkVisibility() && element.getClientRects().length
        && !element.closest(".visually-hidden"))
    .filter((element) => {
        const { right, left } = element.getBoundingClientRect();
        const { overflowX, contentVisibility } = getComputedStyle(element);
        const hides = overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1;
        return right > innerWidth + 1 || left < -1 || hides || contentVisibility === "auto";
    })
    .map((element) => `${element.tagName} ${element.className}`)"""
SEEN = """(selector) => [...document.querySelectorAll(selector)]
    .filter((element) => element.checkVisibility({ visibilityProperty: true })).length"""
CHROME = ".sidebar, .dock, .skip, .connection, button, .cutbar__actions, [data-action]"


async def printed(page: Page) -> None:
    """Prints it, and leaves it as it was laid out for paper."""
    await page.pdf(format="A4")
    await page.emulate_media(media="print")


async def test_the_whole_thread_is_printed_and_nothing_around_it(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(shared_site, conversation(shared_site, 130, "Some text."), **PAPER)
    await expect(page.locator("article")).to_have_count(40)
    last = page.locator("article").last
    assert (place := await last.bounding_box()) is not None
    await page.pdf(format="A4")
    await expect(page.locator("article")).to_have_count(130)
    assert await last.bounding_box() == place
    await page.emulate_media(media="print")
    assert await page.evaluate(SEEN, "article") == 130
    assert await page.evaluate(SEEN, CHROME) == 0
    numbers = await page.locator("article").evaluate_all(
        "(all) => all.map((one) => Number(one.dataset.message))"
    )
    assert numbers == sorted(numbers)


async def test_code_formulas_and_tables_are_printed_whole(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(shared_site, conversation(shared_site, 2, TEXT), **PAPER)
    for _ in range(2):  # what was made to fit once is measured again
        await printed(page)
        assert await page.evaluate(CUT) == []
    height = await page.evaluate("document.documentElement.scrollHeight")
    end = await page.get_by_text("The end.").last.bounding_box()
    assert end is not None
    assert end["y"] < height


async def test_dark_pages_are_printed_dark_on_light(shared_site: Site, open_tab: OpenTab) -> None:
    path = conversation(shared_site, 2, "Some text.")
    page = await open_tab(shared_site, path, color_scheme="dark", **PAPER)
    await printed(page)
    assert await page.evaluate("getComputedStyle(document.body).color") == "rgb(28, 31, 29)"


async def test_who_chose_dark_and_large_prints_dark_on_light_in_the_size_of_paper(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(shared_site, "/settings/", color_scheme="light", **PAPER)
    await page.evaluate(
        """() => {
            Object.assign(document.documentElement.dataset, {theme: "dark", textSize: "largest"});
        }"""
    )
    await printed(page)
    assert await page.evaluate("getComputedStyle(document.body).color") == "rgb(28, 31, 29)"
    size = "getComputedStyle(document.documentElement).fontSize"
    assert await page.evaluate(size) == "16px"


async def test_without_script_the_whole_thread_is_a_page_to_print(
    shared_site: Site, open_tab: OpenTab
) -> None:
    path = conversation(shared_site, 60, "Some text.")
    page = await open_tab(shared_site, path, javascript=False)
    await page.locator(".heading__more").click()
    await page.get_by_role("link", name="Print…").click()
    await expect(page.locator("article")).to_have_count(60)
