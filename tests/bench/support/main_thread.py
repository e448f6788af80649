"""What the main thread of a Chromium page does, from its counters and from a trace."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, CDPSession

PARTS: Mapping[str, tuple[str, ...]] = {
    "script": ("FunctionCall", "v8.callFunction", "EventDispatch", "AsyncTask Run"),
    "timers": ("TimerFire", "TimerBase::run"),
    "microtasks": ("BlinkScheduler_PerformMicrotaskCheckpoint", "RunMicrotasks"),
    "text into lines": ("InlineNode::",),
    "parse HTML": ("ParseHTML", "HTMLDocumentParser"),
    "style": ("UpdateLayoutTree", "Document::updateStyle", "Document::recalcStyle"),
    "layout": ("Layout", "LocalFrameView::performLayout", "Blink.Layout"),
    "pre-paint": ("PrePaint", "Blink.PrePaint", "Blink.CompositingInputs"),
    "layerize": ("Layerize", "PaintArtifactCompositor"),
    "paint": ("Paint", "Blink.Paint.", "CullRectUpdate"),
    "commit": ("Commit", "LayerTreeHost", "ProxyMain::BeginMainFrame::commit"),
    "observers": ("IntersectionObserver", "LocalFrameView::NotifyResizeObservers"),
    "animations": ("AnimationTimeline", "AnimationHost", "PageAnimator", "Blink.Animate"),
    "hit tests": ("HitTest",),
    "garbage": ("MajorGC", "MinorGC", "V8.GC"),
    "messages": ("Receive mojo message", "SimpleWatcher"),
    "rest of the frame": ("ProxyMain", "WebFrameWidget", "LocalFrameView", "Blink."),
    "rest of the tasks": ("RunTask", "ThreadControllerImpl"),
}
"""Parts of the work, by how the names of their events begin; the first that fits counts."""

CATEGORIES = (
    *("toplevel", "blink", "cc", "v8"),
    *("devtools.timeline", "disabled-by-default-devtools.timeline"),
)
FRAME = "ProxyMain::BeginMainFrame"
MAIN = "CrRendererMain"

Event = Mapping[str, Any]
Thread = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Work:
    """Milliseconds of CPU by part, and how many frames were made."""

    parts: Mapping[str, float]
    frames: int


async def busy_ms(cdp: CDPSession) -> float:
    """CPU milliseconds of the main thread since its counters were enabled."""
    metrics = (await cdp.send("Performance.getMetrics"))["metrics"]
    return 1000 * float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))


async def counters(cdp: CDPSession) -> None:
    await cdp.send("Performance.enable", {"timeDomain": "threadTicks"})


async def trace(browser: Browser, seconds: float) -> list[Event]:
    cdp = await browser.new_browser_cdp_session()
    events: list[Event] = []
    complete = asyncio.Event()
    cdp.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    cdp.on("Tracing.tracingComplete", lambda _: complete.set())
    config = {"includedCategories": list(CATEGORIES)}
    await cdp.send("Tracing.start", {"traceConfig": config, "transferMode": "ReportEvents"})
    await asyncio.sleep(seconds)
    await cdp.send("Tracing.end")
    await complete.wait()
    await cdp.detach()
    return events


def main_threads(events: Iterable[Event]) -> list[Work]:
    """The work of each page that made frames, the busiest first."""
    named: set[Thread] = set()
    threads: defaultdict[Thread, list[Event]] = defaultdict(list)
    for event in events:
        thread = (event["pid"], event["tid"])
        if event["name"] == "thread_name" and event["args"]["name"] == MAIN:
            named.add(thread)
        elif event["ph"] == "X":
            threads[thread].append(event)
    found = [_work(threads[thread]) for thread in named]
    return sorted((one for one in found if one.frames), key=lambda one: -sum(one.parts.values()))


def _work(events: list[Event]) -> Work:
    """Each event's own time goes to its part, or to that of the event around it."""
    parts: Counter[str] = Counter()
    around: list[tuple[float, str]] = []
    for event in sorted(events, key=lambda one: (one["ts"], -one.get("dur", 0))):
        while around and around[-1][0] <= event["ts"]:
            around.pop()
        outer = around[-1][1] if around else ""
        part = _part(event["name"]) or outer or "rest of the tasks"
        spent = event.get("tdur", 0) / 1000
        parts[part] += spent
        if outer:
            parts[outer] -= spent
        around.append((event["ts"] + event.get("dur", 0), part))
    return Work(parts, sum(event["name"] == FRAME for event in events))


def _part(name: str) -> str | None:
    return next((part for part, begins in PARTS.items() if name.startswith(begins)), None)
