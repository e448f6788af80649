"""One call that is being worked on, and the body in which its result is sent."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

from streaming.demo.serving.exchange import Exchange

_NOISE = "data: " + json.dumps(
    {
        "jsonrpc": "2.0",
        "method": "notifications/message",
        "params": {"level": "info", "data": "and on and on " * 300},
    }
)


_KEPT_TEXTS = 5000
_LONGEST_TEXT = 100


class Counts:
    """How often each tool was called, came to its end, and was cancelled. `texts` are what the last
    calls had as their argument `text`, each as often as it was called.
    """

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.finished: Counter[str] = Counter()
        self.cancelled: Counter[str] = Counter()
        self.texts: deque[str] = deque(maxlen=_KEPT_TEXTS)

    def began(self, name: str, text: object) -> None:
        self.calls[name] += 1
        if isinstance(text, str):
            self.texts.append(text[:_LONGEST_TEXT])

    def told(self) -> dict[str, Any]:
        return {
            "calls": dict(self.calls),
            "finished": dict(self.finished),
            "cancelled": dict(self.cancelled),
            "texts": list(self.texts),
        }


class Call:
    """Works until its time is over or it is cancelled; that its client went away does not end it.

    It is the producer of its own body. Without an end it writes for ever.
    """

    def __init__(
        self,
        exchange: Exchange,
        name: str,
        seconds: float | None,
        reply: Callable[[], bytes],
        counts: Counts,
    ) -> None:
        self._exchange: Exchange | None = exchange
        self._name = name
        self._seconds = seconds
        self._reply = reply
        self._counts = counts
        self._timer: asyncio.TimerHandle | None = None
        self._paused = False
        self.is_over = False

    def start(self) -> None:
        assert self._exchange is not None
        self._exchange.begin("text/event-stream", b"")
        loop = asyncio.get_running_loop()
        if self._seconds is None:
            loop.call_soon(self._drone)
        else:
            self._timer = loop.call_later(self._seconds, self._finish)

    def pause(self) -> None:
        self._paused = True

    def resume(self) -> None:
        self._paused = False
        if self._seconds is None:
            self._drone()

    def stop(self) -> None:
        """The client has gone."""
        self._exchange = None
        self.is_over |= self._seconds is None

    def cancel(self) -> None:
        """The client wants no result any more."""
        if self.is_over:
            return
        self.is_over = True
        self._counts.cancelled[self._name] += 1
        if self._timer:
            self._timer.cancel()
        self._end()

    def _finish(self) -> None:
        self.is_over = True
        self._counts.finished[self._name] += 1
        if self._exchange is not None:
            self._exchange.write(self._reply())
        self._end()

    def _drone(self) -> None:
        if self.is_over or self._paused or self._exchange is None:
            return
        self._exchange.write(_NOISE.encode() + b"\n\n")
        asyncio.get_running_loop().call_soon(self._drone)

    def _end(self) -> None:
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            exchange.end()
