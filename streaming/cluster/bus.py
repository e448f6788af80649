"""The bus of one process: publish and subscribe, by topic and key.

A message may be lost, doubled or late, the journal not: what a message carries is only a short
cut, and whoever gets one can ask the journal instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, NamedTuple
from uuid import UUID

from streaming.journal.entries import Entry

Subscriber = Callable[..., None]
"""Called with the payload, if the topic has one."""


class Topic(Enum):
    """What can be published: its name on the wire, the type of its key, of its payload, its reach.

    Keys: a generation's number, a person's, or a conversation's UUID.
    """

    ENTRIES = "run", int, Sequence[Entry], False
    """They were committed to the generation; other processes hear `COMMITTED` instead."""
    COMMITTED = "wake", int, int
    """The generation's entries are committed up to this number."""
    STOP_REQUESTED = "cancel", int
    """Somebody asked another process to stop the generation; the database says whether it is so."""
    STOPPING = "stopping", int
    """The generation is being stopped."""
    WAITING = "waiting", int
    """The generation waits, in the queue or before it asks again, or does so no more."""
    CLOSED = "closed", int
    """The generation ended."""
    MOVED = "moved", int
    """The generation's answer continues in another message, or in another generation."""
    QUEUE = "turn", int
    """A generation of the person ended, so those in the queue move up."""
    THREAD = "thread", UUID
    """The conversation's messages or their state changed, or it was deleted."""
    LIST = "list", int
    """The person's list of conversations changed."""

    def __init__(
        self,
        wire: str,
        key: type[int | UUID],
        payload: object = None,
        is_heard_elsewhere: bool = True,
    ) -> None:
        self.wire = wire
        self.key = key
        self.payload = payload
        self.is_heard_elsewhere = is_heard_elsewhere

    def of(self, key: int | UUID) -> Subject:
        return Subject(self, key)


class Subject(NamedTuple):
    """What one message is about: this topic of that generation, person or conversation."""

    topic: Topic
    key: Any


class Bus:
    """Calls its subscribers on the loop, in the order in which they came.

    What is published here is also forwarded to other processes, if there is a way; what is only
    delivered is not.
    """

    def __init__(self, forward: Callable[[Subject, tuple[Any, ...]], None] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._forward = forward
        self._subscribers: dict[Subject, dict[Subscriber, None]] = {}

    def subscribe(self, subject: Subject, subscriber: Subscriber) -> None:
        self._subscribers.setdefault(subject, {})[subscriber] = None

    def unsubscribe(self, subject: Subject, subscriber: Subscriber) -> None:
        subscribers = self._subscribers.get(subject, {})
        subscribers.pop(subscriber, None)
        if not subscribers:
            self._subscribers.pop(subject, None)

    def keys(self, topic: Topic) -> set[Any]:
        """Of which generations, people or conversations somebody subscribed to the topic."""
        return {subject.key for subject in self._subscribers if subject.topic is topic}

    def publish(self, subject: Subject, *payload: Any) -> None:
        self.deliver(subject, *payload)
        if self._forward is not None:
            self._forward(subject, payload)

    def deliver(self, subject: Subject, *payload: Any) -> None:
        """To this process alone: a message of another one, or what stands for it."""
        for subscriber in tuple(self._subscribers.get(subject, ())):
            subscriber(*payload)

    def publish_soon(self, subject: Subject, *payload: Any) -> None:
        """From another thread."""
        self._loop.call_soon_threadsafe(self.publish, subject, *payload)
