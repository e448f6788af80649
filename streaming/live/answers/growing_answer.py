"""An answer that grows: each entry is taken in once, and becomes changes to what pages show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from conversations.answers.parts import CALL, TEXT, THOUGHT, AnswerParts, Part
from conversations.markdown import Renderer
from streaming.error_messages import durations
from streaming.journal.entries import TEXT as TEXT_ENTRY
from streaming.journal.entries import Entry, put
from streaming.journal.snapshot import Snapshot
from streaming.journal.tool_calls import (
    OPEN,
    RUNNING,
    AnswerCall,
    AnswerCalls,
    CallChange,
    as_kept,
)
from streaming.live.answers.changes import (
    Change,
    PartBegan,
    TextChanged,
    ThoughtsEnded,
    ThoughtsGrew,
)
from streaming.live.answers.rendered_answer import (
    RenderedAnswer,
    RenderedPart,
    first_thought,
    prefix,
    rendered_part,
)


class GrowingAnswer:
    """The parts of one message while one generation writes into it.

    The text that is written now has a renderer of its own; the one before it is finished.
    """

    def __init__(self, generation_id: int, message_id: int) -> None:
        self.length = 0
        self._generation_id = generation_id
        self._message_id = message_id
        self._parts = AnswerParts()
        self._calls = AnswerCalls()
        self._renderers: dict[str, Renderer] = {}
        self._open = ""
        self._is_open = False
        self._thought: float | None = None

    def start(self, snapshot: Snapshot, known: Sequence[Entry]) -> None:
        """Take in what was kept and these entries, of which no change is made."""
        self._parts, self._calls = snapshot.parts(known), AnswerCalls(snapshot.kept_calls)
        self._calls.take(known)
        self._thought = snapshot.kept_thought
        for entry in known:
            self._time(entry)
        for part in self._parts.all:
            list(self._finished())
            if part.kind == TEXT:
                self._renderer(part).feed(part.text)
                self.length += len(part.text)

    def take(self, entries: Sequence[Entry]) -> list[Change]:
        """What these entries change, in order; neighbours that say the same kind of thing, once."""
        changes: list[Change] = []
        for is_text, some in groupby(entries, lambda entry: entry.kind == TEXT_ENTRY):
            if is_text:
                changes += self._text("".join(entry.text for entry in some))
            else:
                for entry in some:
                    changes += self._other(entry)
        return changes

    def finish(self, snapshot: Snapshot) -> list[Change] | None:
        """What is still missing, now that the run is over; None if parts of it are."""
        parts = snapshot.parts()
        if [(part.kind, part.place) for part in parts.all] != [
            (part.kind, part.place) for part in self._parts.all
        ]:
            return None
        changes: list[Change] = []
        for own, whole in zip(self._parts.all, parts.all, strict=True):
            missing = whole.text[len(own.text) :]
            if own.kind == THOUGHT and missing:
                changes.append(ThoughtsGrew(own.place, missing))
            if own.kind == TEXT and missing:
                changes.append(TextChanged(own.place, self._renderer(own).feed(missing)))
        changes += self._finished()
        ended = [part for part in parts.all if part.kind == THOUGHT and part.place]
        changes += [ThoughtsEnded(part.place, _label(part)) for part in ended]
        known, kept = self._calls.all, AnswerCalls(snapshot.kept_calls).all
        changed = (
            call
            for call, before in zip(kept, known, strict=True)
            if as_kept(call, 0) != as_kept(before, 0) or before.state in (OPEN, RUNNING)
        )
        return [*changes, *(CallChange(call, False, "") for call in changed)]

    def whole(self, cursor: int) -> RenderedAnswer:
        """All of it as it stands."""
        calls = self._calls.as_they_stand()
        first, thoughts = self._renderers.get(""), self._parts.head(THOUGHT)
        return RenderedAnswer(
            (first or Renderer(prefix(self._message_id))).html(),
            self.length,
            thoughts.text if thoughts else "",
            cursor,
            [self._rendered(part, calls) for part in self._parts.all if part.place],
            first_thought(self._parts, self._thought),
        )

    def _text(self, text: str) -> Iterator[Change]:
        self.length += len(text)
        before = len(self._parts.all)
        part = self._parts.text(text, self._generation_id)
        is_new = len(self._parts.all) > before
        if is_new:
            yield from self._finished()
        operations = self._renderer(part).feed(text)
        if is_new and part.place:
            yield PartBegan(self._rendered(part))
        else:
            yield TextChanged(part.place, operations)

    def _other(self, entry: Entry) -> Iterator[Change]:
        before = len(self._parts.all)
        part = put(self._parts, entry, self._generation_id)
        is_new = len(self._parts.all) > before
        self._time(entry)
        changes = self._calls.take([entry])
        if part is None or (part.kind == CALL and not is_new):
            yield from changes
            return
        if is_new and part is self._parts.all[-1] and part.place:
            yield from self._finished()
            yield PartBegan(self._rendered(part))
        elif part.kind == THOUGHT and entry.kind == "reasoning":
            yield ThoughtsGrew(part.place, entry.text)
        elif part.kind == THOUGHT:
            yield ThoughtsEnded(part.place, self._label(part))

    def _time(self, entry: Entry) -> None:
        if entry.kind == "thought":
            self._thought = (self._thought or 0) + int(entry.text) / 1000

    def _label(self, part: Part) -> str:
        if part.place:
            return _label(part)
        return durations.thought(first_thought(self._parts, self._thought))

    def _rendered(self, part: Part, calls: Sequence[AnswerCall] | None = None) -> RenderedPart:
        html = self._renderers[part.place].html() if part.kind == TEXT else ""
        shown = self._calls.as_they_stand() if calls is None else calls
        return rendered_part(part, shown, html)

    def _renderer(self, part: Part) -> Renderer:
        """That of this text, which is the one that is written."""
        self._open, self._is_open = part.place, True
        if part.place not in self._renderers:
            self._renderers[part.place] = Renderer(prefix(self._message_id, part.place))
        return self._renderers[part.place]

    def _finished(self) -> Iterator[Change]:
        """Another part follows: the text that was written is whole."""
        if self._is_open:
            self._is_open = False
            if operations := self._renderers[self._open].finish():
                yield TextChanged(self._open, operations)


def _label(part: Part) -> str:
    return durations.thought(None if part.ms is None else part.ms / 1000)
