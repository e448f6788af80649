"""A tab of Firefox, used as a person would: by keyboard and mouse, waiting for what is shown."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.support.firefox.bidi import PATIENCE_SECONDS, RefusedError, Session

KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Tab": "\ue004", "End": "\ue010", "Up": "\ue013"}
KEYS |= {"Control": "\ue009"}
"""As WebDriver spells them."""
GONE = ("no such frame", "unknown error", "no such node")
"""What a call gets whose page went away; the next page may be the one."""
CALL = "async (...values) => JSON.stringify(await ({})(...values.map(JSON.parse)) ?? null)"
UNTIL = """async (...values) => {{
  const isSo = {};
  for (let looks = 0; looks < 25; looks++) {{
    if (isSo(...values)) return true;
    await new Promise((next) => setTimeout(next, 20));
  }}
  return false;
}}"""
ASKED_AGAIN_SECONDS = 5
"""A page that was left may be kept asleep, for the Back button; it never answers then."""
MIDDLE = """(selector) => {
  const found = document.querySelector(selector);
  found.scrollIntoView({ block: "nearest", behavior: "instant" });
  const box = found.getClientRects()[0];
  return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
}"""
IN_VIEW = """(selector) => {
  const box = document.querySelector(selector)?.getBoundingClientRect();
  return box && box.height > 0 && box.top >= 0 && box.bottom <= innerHeight
    && box.left >= 0 && box.right <= innerWidth;
}"""
PAINTED = """() => new Promise((done) => {
  requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
})"""
IS_THERE = "(selector) => document.querySelector(selector)?.checkVisibility()"
TEXTS = "(selector) => [...document.querySelectorAll(selector)].map((each) => each.textContent)"


class PageError(AssertionError):
    """What was to be done in the page failed there."""


class Tab:
    def __init__(self, session: Session, context: str) -> None:
        self._session = session
        self.context = context

    async def send(self, method: str, **values: Any) -> dict[str, Any]:
        """A command that is about this tab."""
        return await self._session.send(method, context=self.context, **values)

    async def goto(self, address: str) -> None:
        """Once the page is painted: keys and presses before that may be lost in the browser."""
        await self.send("browsingContext.navigate", url=address, wait="complete")
        await self.evaluate(PAINTED)

    async def evaluate(self, function: str, *values: Any) -> Any:
        """What the page's function returns, as far as JSON can say it; raises PageError."""
        reply = await self._session.send(
            "script.callFunction",
            functionDeclaration=CALL.format(function),
            target={"context": self.context},
            awaitPromise=True,
            arguments=[{"type": "string", "value": json.dumps(value)} for value in values],
        )
        if reply["type"] == "exception":
            raise PageError(reply["exceptionDetails"]["text"])
        return json.loads(reply["result"]["value"])

    async def until(self, function: str, *values: Any) -> None:
        """Returns once the function says yes, on this page or on the next one."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not await self._is_so(function, *values):
                    continue
        except TimeoutError:
            raise PageError(f"never so: {function} {values}") from None

    async def _is_so(self, function: str, *values: Any) -> bool:
        try:
            async with asyncio.timeout(ASKED_AGAIN_SECONDS):
                return bool(await self.evaluate(UNTIL.format(function), *values))
        except TimeoutError:
            return False
        except RefusedError as refused:
            if refused.kind in GONE:
                return False
            raise

    async def until_there(self, selector: str) -> None:
        await self.until(IS_THERE, selector)

    async def until_in_view(self, selector: str) -> None:
        """All of it, inside the window."""
        await self.until(IN_VIEW, selector)

    async def texts(self, selector: str) -> list[str]:
        found: list[str] = await self.evaluate(TEXTS, selector)
        return found

    async def click(self, selector: str) -> None:
        """With the mouse, in the middle of the first that the selector names."""
        await self.until_there(selector)
        x, y = await self.evaluate(MIDDLE, selector)
        mouse = [
            {"type": "pointerMove", "x": x, "y": y},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        await self._act({"type": "pointer", "id": "mouse", "actions": mouse})

    async def press(self, *keys: str) -> None:
        """One key after the other, each a character or one of KEYS."""
        await self._press([(kind, key) for key in keys for kind in ("keyDown", "keyUp")])

    async def hold(self, held: str, key: str) -> None:
        """Presses a key while another is held down."""
        await self._press([("keyDown", held), ("keyDown", key), ("keyUp", key), ("keyUp", held)])

    async def _press(self, presses: Sequence[tuple[str, str]]) -> None:
        actions = [{"type": kind, "value": KEYS.get(key, key)} for kind, key in presses]
        await self._act({"type": "key", "id": "keyboard", "actions": actions})

    async def _act(self, source: dict[str, Any]) -> None:
        await self.send("input.performActions", actions=[source])

    async def picture(self, path: Path) -> None:
        """A PNG of what is in the window."""
        reply = await self.send("browsingContext.captureScreenshot")
        path.write_bytes(base64.b64decode(reply["data"]))
