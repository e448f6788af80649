"""Who wants to know: rings by topic. A ring may be lost, doubled or late, the journal not.

What a ring carries is only a short cut: whoever hears one can ask the journal instead.

Topics: ("run", generation) entries were committed, and here they are; ("wake", generation) up to
this number, in another process; ("stopping", generation); ("waiting", generation) it waits
before it asks again, or does so no more; ("closed", generation) it ended; ("moved", generation)
the answer goes on elsewhere: in another message, or in another generation; ("cancel",
generation) somebody in another process asked for its end; ("turn", person) a run of theirs ended;
("thread", conversation) its messages or their state changed; ("list", person) their list of
conversations did.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

Topic = tuple[str, Any]
Listener = Callable[..., None]


class Doorbell:
    """Calls its listeners on the loop, in the order in which they came.

    What is rung here is also told to `elsewhere`, if there is one; what is only `heard` is not.
    """

    def __init__(self, elsewhere: Callable[[Topic, tuple[Any, ...]], None] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._elsewhere = elsewhere
        self._listeners: dict[Topic, dict[Listener, None]] = {}

    def listen(self, topic: Topic, listener: Listener) -> None:
        self._listeners.setdefault(topic, {})[listener] = None

    def leave(self, topic: Topic, listener: Listener) -> None:
        listeners = self._listeners.get(topic, {})
        listeners.pop(listener, None)
        if not listeners:
            self._listeners.pop(topic, None)

    def listened(self, kind: str) -> set[Any]:
        """What somebody listens to, among the topics of that kind."""
        return {about for each, about in self._listeners if each == kind}

    def ring(self, topic: Topic, *news: Any) -> None:
        self.heard(topic, *news)
        if self._elsewhere is not None:
            self._elsewhere(topic, news)

    def heard(self, topic: Topic, *news: Any) -> None:
        """A ring of another process, or what stands for one."""
        for listener in tuple(self._listeners.get(topic, ())):
            listener(*news)

    def ring_soon(self, topic: Topic, *news: Any) -> None:
        """From another thread."""
        self._loop.call_soon_threadsafe(self.ring, topic, *news)
