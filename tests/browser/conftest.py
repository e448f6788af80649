"""Tabs of a real Chromium or Firefox, signed in. Every error or warning in one fails the test."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Request,
    async_playwright,
    expect,
)

from tests.browser.chromium import HOW_TO_FIX, find_engine
from tests.support.firefox.browser import Firefox
from tests.support.firefox.browser import firefox as started_firefox
from tests.support.site import Site

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
PATIENCE_MS = 30_000
"""How long a page may take that is waited for: no test asks how fast a machine is."""
expect.set_options(timeout=PATIENCE_MS)
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (violation) =>
  console.error("CSP", violation.effectiveDirective, violation.blockedURI, violation.sample));
"""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of a process share an event loop, so that they can share a browser."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


ENDING_SESSION = re.compile("401 .*/standing/")
"""Said of a page that asks for what is new while its session ends; it tells its reader so."""
UNREGISTERED = re.compile("Service Worker registration blocked")
"""Said where a test wants no worker, whose requests it could neither see nor answer."""
TAKEN_BACK = re.compile("htmx:(afterRequest|sendAbort), ")
"""Said of a question that its own page took back, by asking anew or by being left.

A question that failed is also said to be a sendError, responseError, timeout or swapError.
"""


class Complaints:
    """Errors and warnings of browsers; a test names those that it provokes with `expect`."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self._expected = [ENDING_SESSION, UNREGISTERED, TAKEN_BACK]

    def expect(self, pattern: str) -> None:
        self._expected.append(re.compile(pattern))

    def unexpected(self) -> list[str]:
        return [
            complaint
            for complaint in self.heard
            if not any(pattern.search(complaint) for pattern in self._expected)
        ]

    def listen(self, page: Page, base_url: str) -> None:
        def hear_request(request: Request) -> None:
            if not request.url.startswith((base_url, "data:", "blob:")):
                self.heard.append(f"fetched from elsewhere: {request.url}")

        page.on("console", self._hear_console)
        page.on("pageerror", lambda error: self.heard.append(f"page error: {error}"))
        page.on("request", hear_request)

    def _hear_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            where = message.location.get("url", "")
            self.heard.append(f"console {message.type}: {message.text} ({where})")


class OpenTab(Protocol):
    """Opens a page of a site in a fresh browser profile, or in that of another tab."""

    async def __call__(
        self,
        site: Site,
        path: str = "/",
        *,
        in_profile_of: Page | None = None,
        signed_in: bool = True,
        javascript: bool = True,
        **profile: Any,
    ) -> Page: ...


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    complaints = Complaints()
    yield complaints
    assert complaints.unexpected() == []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    chromium = find_engine()
    assert chromium is not None, HOW_TO_FIX
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_firefox() -> AsyncIterator[Firefox]:
    async with started_firefox() as browser:
        yield browser


@pytest.fixture
def firefox(running_firefox: Firefox, complaints: Complaints) -> Firefox:
    """A real Firefox; what its pages complain about fails the test as well."""
    running_firefox.complain = complaints.heard.append
    return running_firefox


@pytest_asyncio.fixture(loop_scope="session")
async def open_tab(browser: Browser, complaints: Complaints) -> AsyncIterator[OpenTab]:
    async with tabs_of(browser, complaints) as open_tab:
        yield open_tab


@asynccontextmanager
async def tabs_of(browser: Browser, complaints: Complaints) -> AsyncIterator[OpenTab]:
    """Tabs whose complaints are recorded; they are closed in the end."""
    contexts: list[BrowserContext] = []

    async def open_tab(
        site: Site,
        path: str = "/",
        *,
        in_profile_of: Page | None = None,
        signed_in: bool = True,
        javascript: bool = True,
        **profile: Any,
    ) -> Page:
        if in_profile_of is not None:
            context = in_profile_of.context
        else:
            given = {"service_workers": "block"} | profile
            context = await browser.new_context(java_script_enabled=javascript, **given)
            contexts.append(context)
            context.set_default_timeout(PATIENCE_MS)
            await context.add_init_script(REPORT_VIOLATIONS)
            if signed_in:
                await _sign_in(context, site)
        page = await context.new_page()
        complaints.listen(page, site.base_url)
        if site.is_shared and profile.get("is_mobile"):
            await _close_what_ends_elsewhere(page)
        await page.goto(site.base_url + path)
        return page

    yield open_tab
    for context in contexts:
        await context.close()


async def _close_what_ends_elsewhere(page: Page) -> None:
    """The line about another test's answer may cover what is pressed next on a small screen.

    It is closed without a touch of the screen, which would take the focus and close the list.
    """
    close = page.locator("#elsewhere").get_by_role("button", name="Close")
    await page.add_locator_handler(close, _press_all, no_wait_after=True)


async def _press_all(buttons: Locator) -> None:
    with suppress(Error):  # the page was closed or left meanwhile
        await buttons.evaluate_all("all => all.forEach(it => it.click())")


async def _sign_in(context: BrowserContext, site: Site) -> None:
    for name, value in site.cookies.items():
        await context.add_cookies([{"name": name, "value": value, "url": site.base_url}])
