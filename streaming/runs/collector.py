"""What upstream says, made into what is kept: text after the seam, and facts for the end."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from conversations.answers import sources
from streaming.events import (
    AnswerNoted,
    Cited,
    CostReported,
    Event,
    Failed,
    Finished,
    PictureKept,
    ReasoningDelta,
    StreamOpened,
    TextDelta,
    ToolArgumentsDelta,
    ToolCallEnded,
    ToolCallStarted,
    UsageReported,
    Warned,
)
from streaming.journal import tool_calls
from streaming.journal.entries import MARK, PICTURE, REASONING, TEXT, Piece, mark
from streaming.journal.run_facts import RunFacts
from streaming.journal.thinking import Thinking
from streaming.journal.tool_calls import ToolEvent
from streaming.models import Generation
from streaming.providers import pausing
from streaming.providers.base import ResumeMode
from streaming.resume.seam import Seam
from streaming.runs.rounds.judging import Judge

Status = Generation.Status

HOLD_SECONDS = 3.0


class Collector:
    """Takes in the events of one run.

    `heard`: something of the answer came, shown or held back. `grew`: its text did. `over`: the
    last event was here; `failed` if that was a failure. `restarted`, known once text is handed
    out: the text begins anew instead of continuing. `judge` says what becomes of calls that are
    complete. `response_id` is the answer's name upstream,
    where it can be used. `noted` is what the last request brought to be sent back.
    """

    def __init__(self, request_characters: int, judge: Judge | None = None) -> None:
        self.judge = judge or Judge((), may_follow=False)
        self.facts = RunFacts(Status.RUNNING, request_characters=request_characters)
        self.heard = self.grew = self.restarted = False
        self.finished: Finished | None = None
        self.failed: Failed | None = None
        self.response_id = ""
        self.cursor: int | None = None
        self.noted: Mapping[str, Any] | None = None
        self._before = self.facts
        self._seam: Seam | None = None
        self._is_joined = False
        self._held_since: float | None = None
        self._thinking = Thinking()
        self._open_calls: dict[int, str] = {}

    def resume(self, partial: str, mode: ResumeMode) -> None:
        """What comes is the rest of `partial`."""
        self._seam, self._held_since, self._is_joined = Seam(partial, mode), None, False
        self._decided("")

    def learn(self, **facts: Any) -> None:
        self.facts = replace(self.facts, **facts)

    def begin_again(self, text: str) -> None:
        """The answer was paused upstream after this text, and its rest is asked for."""
        self.finished, self.noted, self._before = None, None, self.facts
        if text != text.rstrip():  # which was sent back without that end
            self.resume(text, "prefill")

    @property
    def over(self) -> bool:
        return self.finished is not None or self.failed is not None

    def take(self, batch: Sequence[Event]) -> list[Piece]:
        """What is to be kept of a batch now."""
        pieces: list[Piece] = []
        noted = False
        for event in batch:
            match event:
                case TextDelta(text):
                    self.heard = True
                    pieces += self._text(self._joined(text))
                case ReasoningDelta(text):
                    self.heard = True
                    again = self._thinking.goes_on()
                    pieces += _piece(REASONING, f"\n\n{text}" if again else text)
                case ToolCallStarted() | ToolArgumentsDelta() | ToolCallEnded():
                    self.heard = True
                    pieces += self._call(event)
                case Cited(url, title):
                    pieces.append((sources.KIND, sources.entry(url, title)))
                case PictureKept(picture):
                    self.heard = self.grew = True
                    facts = json.dumps(dict(picture), ensure_ascii=False)
                    pieces += [*self._settled(), *self._thinking.over(), (PICTURE, facts)]
                case AnswerNoted():
                    noted = True
                    self._note(event)
                case _:
                    self._remember(event)
        is_between = self._seam is None and not self._open_calls
        if pieces and noted and is_between and self.cursor is not None:
            pieces.append((MARK, mark(self.response_id, self.cursor)))
        return pieces

    def flush(self) -> list[Piece]:
        """What was held back to the end.

        A model that was cut off while it repeats what is there has not said anything yet.
        """
        if self._seam is None:
            return self._thinking.over()
        is_settled = self.finished or self._is_joined
        rest = self._seam.flush() if is_settled else self._seam.hurry()
        return [*self._thinking.over(), *self._text(self._decided(rest))]

    def _text(self, text: str) -> list[Piece]:
        self.grew = self.grew or bool(text.strip())
        return [*self._thinking.over(), (TEXT, text)] if text else []

    def _call(self, event: ToolEvent) -> list[Piece]:
        verdict, before = None, list[Piece]()
        if isinstance(event, ToolCallStarted):
            before = self._settled()
            self._open_calls[event.index] = event.name
        elif isinstance(event, ToolCallEnded):
            verdict = self.judge(self._open_calls.pop(event.index, ""), event.arguments)
        return [*before, *self._thinking.over(), tool_calls.entry_of(event, verdict)]

    def _settled(self) -> list[Piece]:
        """What is held back before a call or a picture: the text before it is complete."""
        if self._seam is None:
            return []
        rest = self._decided(self._seam.flush())
        self._seam = None
        return self._text(rest)

    def _joined(self, text: str) -> str:
        """What of a delta may be shown now, after a seam; without one, all of it."""
        if self._seam is None:
            return text
        now = time.monotonic()
        self._held_since = self._held_since or now
        ready = self._seam.feed(text)
        if not self._seam.decided and now - self._held_since > HOLD_SECONDS:
            ready += self._seam.hurry()
        return self._decided(ready)

    def _decided(self, text: str) -> str:
        if self._seam is not None and self._seam.decided and not self._is_joined:
            self._is_joined, self.restarted = True, self._seam.restarted
        if self._seam is not None and self._seam.passes:
            self._seam = None
        return text

    def _note(self, noted: AnswerNoted) -> None:
        self.response_id, self.cursor, self.noted = noted.response_id, noted.cursor, noted.opaque
        self.learn(opaque=pausing.joined(self._before.opaque, noted.opaque))

    def _remember(self, event: Event) -> None:
        match event:
            case StreamOpened(request_id):
                self.learn(request_id=request_id or "")
            case UsageReported():
                self.learn(usage=pausing.usage(self._before.usage, event))
            case CostReported():
                self.learn(cost=pausing.cost(self._before.cost, event))
            case Warned():
                self.learn(warnings=(*self.facts.warnings, event))
            case Finished():
                self.finished = event
            case Failed():
                self.failed = event


def _piece(kind: str, text: str) -> list[Piece]:
    return [(kind, text)] if text else []
