"""A page that is frozen, as a phone freezes one that nobody looks at."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Page


@asynccontextmanager
async def asleep(page: Page) -> AsyncIterator[None]:
    """Stops its processes, for a headless Chromium freezes no page as a phone does.

    `Page.setWebLifecycleState` changes nothing there, for its pages are never hidden. So it
    does not get the event `resume` either, which Chromium sends to a page that it thaws.
    """
    assert page.context.browser is not None
    browser = await page.context.browser.new_browser_cdp_session()
    processes = (await browser.send("SystemInfo.getProcessInfo"))["processInfo"]
    renderers = [process["id"] for process in processes if process["type"] == "renderer"]
    for renderer in renderers:
        os.kill(renderer, signal.SIGSTOP)
    try:
        yield
    finally:
        for renderer in renderers:
            os.kill(renderer, signal.SIGCONT)
        await browser.detach()
