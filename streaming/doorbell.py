"""Who wants to know: rings of this process, by topic. A ring may be lost, the journal not.

What a ring carries is only a short cut: whoever hears one can ask the journal instead.

Topics: ("run", generation) entries were committed; ("stopping", generation); ("waiting",
generation) it waits before it asks again, or does so no more; ("closed", generation) it ended;
("moved", generation) the answer goes on elsewhere: in another message, or in another generation;
("thread", conversation) its messages or their state changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

Topic = tuple[str, Any]
Listener = Callable[..., None]


class Doorbell:
    """Calls its listeners on the loop, in the order in which they came."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._listeners: dict[Topic, dict[Listener, None]] = {}

    def listen(self, topic: Topic, listener: Listener) -> None:
        self._listeners.setdefault(topic, {})[listener] = None

    def leave(self, topic: Topic, listener: Listener) -> None:
        listeners = self._listeners.get(topic, {})
        listeners.pop(listener, None)
        if not listeners:
            self._listeners.pop(topic, None)

    def ring(self, topic: Topic, *news: Any) -> None:
        for listener in tuple(self._listeners.get(topic, ())):
            listener(*news)

    def ring_soon(self, topic: Topic, *news: Any) -> None:
        """From another thread."""
        self._loop.call_soon_threadsafe(self.ring, topic, *news)
