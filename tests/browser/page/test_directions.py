"""Text is read in the direction of its first letter; code and formulas from left to right."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.browser.stored_conversations import conversation
from tests.support.site import Site

pytestmark = pytest.mark.browser

HEBREW = "שלום לכולם"
TEXT = f"""\
# {HEBREW}

`print()` {HEBREW}, $a+b$ {HEBREW}.

- {HEBREW}
- English

> {HEBREW}

| {HEBREW} | {HEBREW} |
|---|---|
| `x = 1` | {HEBREW} |

```py
x = 1
```

$$
a + b
$$

English again.

1. {HEBREW}

    - {HEBREW}
"""
LEFT, RIGHT = "ltr", "rtl"
SIDE = """(element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const text = range.getBoundingClientRect(), room = element.getBoundingClientRect();
    return text.left - room.left > room.right - text.right ? "rtl" : "ltr";
}"""


async def directions(page: Page, selector: str) -> list[str]:
    elements: Locator = page.locator(f"[data-answer] {selector}")
    found: list[str] = await elements.evaluate_all(
        "(all) => all.map((element) => getComputedStyle(element).direction)"
    )
    return found


async def test_every_block_of_an_answer_has_its_own_direction(
    shared_site: Site, open_tab: OpenTab
) -> None:
    page = await open_tab(shared_site, conversation(shared_site, 2, TEXT))
    for selector, expected in {
        "h3": [RIGHT],
        "p:not(li p, blockquote p)": [RIGHT, LEFT],
        "li": [RIGHT, LEFT, RIGHT, RIGHT],
        "blockquote": [RIGHT],
        "table": [RIGHT],
        "code, math, pre": [LEFT] * 6,
    }.items():
        assert await directions(page, selector) == expected, selector
    paragraphs = page.locator("[data-answer] p:not(li p, blockquote p)")
    assert await paragraphs.first.evaluate(SIDE) == RIGHT
    assert await paragraphs.last.evaluate(SIDE) == LEFT


async def test_what_is_typed_and_what_was_sent_have_theirs_from_the_first_letter(
    shared_site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(shared_site))
    await chat.box.fill(HEBREW)
    await expect(chat.box).to_have_css("direction", RIGHT)
    await chat.send(f"{HEBREW}\nand then English", "demo-brief")
    await chat.until("finished")
    title = chat.page.locator("[data-heading] [data-title]")
    row = chat.page.locator("[aria-current=page] [data-title]")
    for place in (chat.prompts.last.locator(".message__text"), title, row):
        await expect(place).to_have_css("direction", RIGHT)
    await chat.page.locator(".heading__more").click()
    await chat.page.locator("#menu-heading [data-rename]").click()
    await expect(chat.page.get_by_label("Title", exact=True)).to_have_css("direction", RIGHT)
