"""A conversation in a tab, with the acts of somebody who uses it."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

HAS_TOUCH = "matchMedia('(pointer: coarse)').matches"
GROWN = """length =>
    [...document.querySelectorAll("article[data-role=assistant] [data-answer]")]
        .at(-1).textContent.length >= length"""


class Chat:
    """The last answer, the composer and the buttons of a tab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.box = page.locator("form[data-compose] textarea[name=prompt]")
        self.answers = page.locator("article[data-role=assistant]")
        self.prompts = page.locator("article[data-role=user]")
        self.connection = page.locator("[data-connection]")

    @property
    def answer(self) -> Locator:
        return self.answers.last

    def button(self, action: str) -> Locator:
        return self.page.locator(f"[data-action={action}]:visible")

    async def choose(self, model: str) -> None:
        await self.page.select_option("[data-compose] select[name=model]", f"demo/{model}")

    async def send(self, prompt: str, model: str = "demo-tour") -> None:
        """Types and sends as a person does; returns once the answer is on the page."""
        before = await self.answers.count()
        await self.choose(model)
        await self.box.fill(prompt)
        await self.submit()
        await expect(self.answers).to_have_count(before + 1)

    async def submit(self) -> None:
        """By Enter; by the button where Enter begins a line, as on a phone."""
        if await self.page.evaluate(HAS_TOUCH):
            await self.button("send").last.tap()
        else:
            await self.box.press("Enter")

    async def text(self) -> str:
        return await self.answer.locator("[data-answer]").text_content() or ""

    async def settled(self) -> str:
        """The text of the blocks that are closed: later deltas do not change it."""
        return await self.answer.locator("[data-answer] > [id$=-closed]").text_content() or ""

    async def read_on(self, characters: int = 100) -> str:
        """Waits until the answer is that much longer; returns the settled part of it."""
        await self.has(len(await self.text()) + characters)
        return await self.settled()

    async def has(self, characters: int) -> None:
        """Waits until the answer has that many characters."""
        await self.page.wait_for_function(GROWN, arg=characters, polling=20)

    async def until(self, status: str) -> None:
        await expect(self.answer).to_have_attribute("data-status", status, timeout=60_000)

    async def press(self, action: str) -> None:
        await self.button(action).last.click()
