"""What a visit of a page costs: requests, bytes over the wire, what moved, and when it was seen."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playwright.async_api import CDPSession, Page

MOST_REQUESTS = 12
MOST_BYTES = 60_000
ENDED_WITHIN_SECONDS = 15
SLOW: Mapping[str, Any] = {
    "offline": False,
    "latency": 150,  # ms
    "downloadThroughput": 200_000,  # bytes a second
    "uploadThroughput": 200_000,
}

OBSERVE = """
window.seen = { painted: 0, moved: [] };
new PerformanceObserver((list) => {
  for (const { startTime } of list.getEntries()) seen.painted = startTime;
}).observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const { value, sources } of list.getEntries()) {
    const places = sources.map(({ node }) => (node?.outerHTML ?? "gone").slice(0, 80));
    seen.moved.push([value, ...places]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""
SEEN = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => done([seen.painted, seen.moved]))))"""


@dataclass(frozen=True, slots=True)
class Visit:
    """All until the network was idle; the socket counts as one request."""

    sizes: Mapping[str, int]
    """Of each address, with its headers."""

    painted_ms: float
    """When the largest part was painted."""

    moved: list[list[Any]]
    """Each layout shift: how large, and the elements."""

    @property
    def requests(self) -> int:
        return len(self.sizes) + 1

    @property
    def bytes(self) -> int:
        return sum(self.sizes.values())

    def excess(self) -> list[str]:
        """What is over the budget."""
        found = []
        if self.requests > MOST_REQUESTS:
            found.append(f"{self.requests} requests, {MOST_REQUESTS} at most: {list(self.sizes)}")
        if self.bytes > MOST_BYTES:
            found.append(f"{self.bytes} bytes, {MOST_BYTES} at most: {dict(self.sizes)}")
        if self.moved:
            found.append(f"something moved: {self.moved}")
        return found


class Requests:
    """Those of a page from now on, and how large each was."""

    def __init__(self, wire: CDPSession) -> None:
        self.sizes: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._ended = asyncio.Event()
        wire.on("Network.requestWillBeSent", self._sent)
        wire.on("Network.loadingFinished", self._finished)

    async def all_ended(self) -> None:
        while self._names:
            self._ended.clear()
            await asyncio.wait_for(self._ended.wait(), ENDED_WITHIN_SECONDS)

    def _sent(self, event: dict[str, Any]) -> None:
        self._names[event["requestId"]] = event["request"]["url"]

    def _finished(self, event: dict[str, Any]) -> None:
        """A request of the page before, which may end only now, has no name here."""
        if name := self._names.pop(event["requestId"], ""):
            self.sizes[name] = round(event["encodedDataLength"])
            self._ended.set()


async def visit(page: Page, address: str, network: Mapping[str, Any] | None = None) -> Visit:
    """The first visit of this tab's profile, over a network like that."""
    wire = await page.context.new_cdp_session(page)
    requests = Requests(wire)
    await wire.send("Network.enable")
    if network is not None:
        await wire.send("Network.emulateNetworkConditions", dict(network))
    await page.add_init_script(OBSERVE)
    await page.goto(address, wait_until="networkidle")
    await requests.all_ended()
    painted, moved = await page.evaluate(SEEN)
    return Visit(requests.sizes, painted, moved)
