"""The bus of one process: publish and subscribe, by topic and key.

A message may be lost, doubled or late, the journal not: what a message carries is only a short
cut, and whoever gets one can ask the journal instead.

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
Subscriber = Callable[..., None]


class Bus:
    """Calls its subscribers on the loop, in the order in which they came.

    What is published here is also forwarded to other processes, if there is a way; what is only
    delivered is not.
    """

    def __init__(self, forward: Callable[[Topic, tuple[Any, ...]], None] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._forward = forward
        self._subscribers: dict[Topic, dict[Subscriber, None]] = {}

    def subscribe(self, topic: Topic, subscriber: Subscriber) -> None:
        self._subscribers.setdefault(topic, {})[subscriber] = None

    def unsubscribe(self, topic: Topic, subscriber: Subscriber) -> None:
        subscribers = self._subscribers.get(topic, {})
        subscribers.pop(subscriber, None)
        if not subscribers:
            self._subscribers.pop(topic, None)

    def keys(self, kind: str) -> set[Any]:
        """What somebody subscribed to, among the topics of that kind."""
        return {about for each, about in self._subscribers if each == kind}

    def publish(self, topic: Topic, *payload: Any) -> None:
        self.deliver(topic, *payload)
        if self._forward is not None:
            self._forward(topic, payload)

    def deliver(self, topic: Topic, *payload: Any) -> None:
        """To this process alone: a message of another one, or what stands for it."""
        for subscriber in tuple(self._subscribers.get(topic, ())):
            subscriber(*payload)

    def publish_soon(self, topic: Topic, *payload: Any) -> None:
        """From another thread."""
        self._loop.call_soon_threadsafe(self.publish, topic, *payload)
