"""A Firefox and its tabs, each in a profile of its own."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.support.firefox import bidi, program
from tests.support.firefox.bidi import Session
from tests.support.firefox.tab import Tab
from tests.support.site import Site

DESKTOP = {"width": 1280, "height": 800}
COMPLAINT_LEVELS = ("warn", "error")
REPORT_VIOLATIONS = """() => addEventListener("securitypolicyviolation", (violation) =>
  console.error("CSP", violation.effectiveDirective, violation.blockedURI, violation.sample))"""


class Firefox:
    """`complain` is told each warning and error of a page."""

    def __init__(self) -> None:
        self.complain: Callable[[str], None] = print
        self._session: Session | None = None

    def hear(self, event: str, values: dict[str, Any]) -> None:
        if event == "log.entryAdded" and values["level"] in COMPLAINT_LEVELS:
            self.complain(f"console {values['level']}: {values['text']}")

    async def begin(self, session: Session) -> None:
        self._session = session
        await session.send("session.subscribe", events=["log.entryAdded"])
        await session.send("script.addPreloadScript", functionDeclaration=REPORT_VIOLATIONS)

    @asynccontextmanager
    async def tab(self, site: Site, path: str = "/") -> AsyncIterator[Tab]:
        """A tab in which the site's owner is signed in, at this path."""
        assert self._session is not None
        made = await self._session.send("browser.createUserContext")
        profile = made["userContext"]
        made = await self._session.send("browsingContext.create", type="tab", userContext=profile)
        tab = Tab(self._session, made["context"])
        try:
            await tab.send("browsingContext.activate")
            await tab.send("browsingContext.setViewport", viewport=DESKTOP)
            await self._sign_in(profile, site)
            await tab.goto(site.base_url + path)
            yield tab
        finally:
            await self._session.send("browser.removeUserContext", userContext=profile)

    async def _sign_in(self, profile: str, site: Site) -> None:
        assert self._session is not None
        for name, value in site.cookies.items():
            await self._session.send(
                "storage.setCookie",
                cookie={
                    "name": name,
                    "value": {"type": "string", "value": value},
                    "domain": "127.0.0.1",
                },
                partition={"type": "storageKey", "userContext": profile},
            )


@asynccontextmanager
async def firefox() -> AsyncIterator[Firefox]:
    browser = Firefox()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        process, address = program.start(Path(folder))
        try:
            async with bidi.session(address, browser.hear) as session:
                await browser.begin(session)
                yield browser
        finally:
            process.end()
