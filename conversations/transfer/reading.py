"""The conversations of a file, one at a time, whatever it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from conversations.languages.texts import lazy_text
from conversations.transfer import archive
from conversations.transfer.opening.archive_file import ArchiveFile, Member
from conversations.transfer.opening.bounds import Bounds, Unreadable
from conversations.transfer.opening.elements import TOO_LARGE, Element, elements
from conversations.transfer.plain import Json, Refused, Thread, fields, text
from conversations.transfer.sources import messages
from conversations.transfer.sources.recognised import EXPECTED, recognised

NOT_KNOWN = lazy_text("Its format is not recognised.")
NOTHING_KNOWN = lazy_text("No conversation was found in this file. %(expected)s")
MOST_ODD = 1000
"""Of what nobody recognised so many are named."""


@dataclass(slots=True)
class Found:
    """A conversation of the file, or why there is none; or the `account` of an archive."""

    title: str = ""
    thread: Thread | None = None
    why: str = ""
    account: dict[str, Json] | None = None


@dataclass(slots=True)
class Contents:
    """What is in a file. `ignored` names the JSON files without conversations, once all is read."""

    file: ArchiveFile
    bounds: Bounds
    progress: Callable[[int], object] = lambda count: None
    ignored: list[str] = field(default_factory=list)

    def found(self) -> Iterator[Found]:
        """All of it in order. Raises Unreadable, also where nothing was recognised."""
        before, something = 0, False
        for member in self.file.members:
            is_known = False
            for each in self._in(member, before):
                is_known = True
                yield each
            if not is_known:
                self.ignored.append(member.name)
            something |= is_known
            before += member.size
            self.progress(before)
        if not something:
            raise Unreadable(NOTHING_KNOWN % {"expected": EXPECTED})

    def _in(self, member: Member, before: int) -> Iterator[Found]:
        """What nobody recognises is told only where something else in the same file is known."""
        odd, is_known = 0, False
        said = _Messages(self.bounds.element)
        with self.file.open(member) as file:
            told = elements(file, self.bounds, lambda count: self.progress(before + count))
            for element in told:
                if messages.is_message(element.value) and not element.alone:
                    said.take(element.value)
                    continue
                found = list(_read(element))
                if not found and not element.why:
                    odd += 1
                    continue
                yield from (_odd() for _ in range(min(odd, MOST_ODD)))
                odd, is_known = 0, True
                yield from found or [Found(why=element.why)]
        if is_known:
            yield from (_odd() for _ in range(min(odd, MOST_ODD)))
        yield from said.found()


class _Messages:
    """The elements of a list that is itself the conversation."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._all: list[Any] = []

    def take(self, value: Json) -> None:
        self._size += len(archive.dumps(value))
        if self._size <= self._most:
            self._all.append(value)

    def found(self) -> Iterator[Found]:
        if self._size > self._most:
            yield Found(why=TOO_LARGE % {"most": self._most // 2**20})
        elif self._all:
            yield Found(thread=messages.of(self._all, {}))


def _read(element: Element) -> Iterator[Found]:
    """The conversations of an element; none if nobody recognises it."""
    value = element.value
    if fields(value).get("format") == archive.ACCOUNT:
        yield Found(account=fields(value))
    elif isinstance(fields(value).get("history"), list):  # chatbot-ui
        parts = [part for part in fields(value)["history"] if recognised(part)]
        yield from (_conversation(part) for part in parts)
    elif recognised(value):
        yield _conversation(value)


def _conversation(value: Json) -> Found:
    source = recognised(value)
    assert source is not None
    said = fields(value)
    title = text(said.get("title")) or text(said.get("name"))
    try:
        return Found(title, source.thread(value))
    except Refused as refusal:
        return Found(title, why=str(refusal))


def _odd() -> Found:
    return Found(why=str(NOT_KNOWN))
