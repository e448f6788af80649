"""A browser on the tour's site, which takes the pictures that are wanted."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.support.site import Site
from tests.tour.sources import IMAGES

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}


class Visit:
    """Opens tabs as a person with that screen has them; `take` writes a picture once."""

    def __init__(self, site: Site, open_tab: OpenTab, wanted: list[str]) -> None:
        self.site = site
        self.taken: list[str] = []
        self._open_tab = open_tab
        self._wanted = wanted

    async def open(self, path: str = "/", *, dark: bool = False, phone: bool = False) -> Chat:
        scheme = "dark" if dark else "light"
        screen = PHONE if phone else DESKTOP
        page = await self._open_tab(self.site, path, color_scheme=scheme, **screen)
        return Chat(page)

    async def take(self, name: str, page: Page) -> None:
        if name in self._wanted:
            print(f"docs/images/{name}.png", flush=True)
            await page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")
            self.taken.append(name)
