"""One answer put together from upstream's pieces: the promises that all formats share.

Text leaves whole (pairs of surrogates joined, NUL replaced), calls are counted in the order in
which they start, the end comes once and in one order, and what comes after it or past the limit
is not said.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from streaming.events import (
    Event,
    Failed,
    Finished,
    FinishReason,
    ReasoningDelta,
    TextDelta,
    Warned,
)
from streaming.providers.formats.building.announced_end import AnnouncedEnd
from streaming.providers.formats.building.end_report import SKIPPED, EndReport
from streaming.providers.formats.building.event_queue import EventQueue
from streaming.providers.formats.building.finish_reasons import FAILURES, REASONS
from streaming.providers.formats.building.partial_calls import PartialCalls
from streaming.providers.formats.building.pictures import Pictures
from streaming.providers.formats.building.sources import Sources
from streaming.providers.formats.building.text_limit import Channel, TextLimit

_TOO_LARGE = Failed("malformed", True, "The answer is too long.", "answer_too_large")


class EventBuilder:
    """Collects events; `take` hands them over. After the end nothing more is taken in.

    `calls`, `pictures`, `sources`, `end` and `report` collect tool calls, pictures, addresses, the
    finish reason, and what is reported with the end; `queue` holds the events, `texts` the text of
    each channel so far. `cut` is set while a frame is read of which text may be missing.
    """

    __slots__ = (
        "_add",
        "_add_text",
        "_cut_at",
        "_fit",
        "_limit",
        "calls",
        "cut",
        "end",
        "ended",
        "finished",
        "pictures",
        "queue",
        "refused",
        "report",
        "sources",
        "texts",
    )

    def __init__(self) -> None:
        self.ended = False
        self.finished = False
        self.refused = False
        self._limit = TextLimit()
        self.queue = EventQueue()
        self.texts = self.queue.texts
        self.calls = PartialCalls(self.queue, self._limit)
        self.pictures = Pictures(self.queue, self._limit)
        self.sources = Sources()
        self.end = AnnouncedEnd(self._limit, self.calls)
        self.report = EndReport()
        self.cut: Failed | None = None
        self._cut_at = (0, 0)
        # Called for each delta.
        self._fit = self._limit.fit
        self._add = self.queue.add
        self._add_text = self.texts["text"].add

    def take(self) -> list[Event]:
        if self._limit.room < 0:
            self._end(_TOO_LARGE)
        return self.queue.take()

    @property
    def spoke(self) -> bool:
        """Whether anything of an answer came."""
        return self._limit.is_used or len(self.calls) > 0

    def text(self, text: str) -> None:
        if text := self._fit("text", text):
            self._add_text(text)
            self._add(TextDelta(text))

    def reasoning(self, text: str) -> None:
        if text := self._fit("reasoning", text):
            self.texts["reasoning"].add(text)
            self._add(ReasoningDelta(text))

    def say(self, channel: Channel, text: str) -> None:
        self.text(text) if channel == "text" else self.reasoning(text)

    def refusal(self, text: str) -> None:
        if text:
            self.refused = True
            self.text(text)

    def warn(self, code: str, message: str | None = None) -> None:
        """A warning of this moment; those for the end go to `report`."""
        if not self.ended:
            self._add(Warned(code, message))

    def close_hole(self) -> None:
        """The text is proven whole."""
        if self.queue.close_hole():
            self.report.note(SKIPPED)

    @contextmanager
    def cutting(self, failed: Failed | None) -> Iterator[None]:
        """Reads a frame of which text may be missing: if it adds any, the answer ends there."""
        before, self.cut = self.end.progress(), failed
        self._cut_at = before
        yield
        self.cut = None
        if failed is not None and before != self.end.progress():
            self._end(failed)

    def stop(self, *, inferred: bool = False) -> None:
        """The end, by the announced reason, which may mean a failure; without one, a plain stop."""
        raw = self.end.reason
        if not raw:
            self.finish("stop", inferred=inferred)
        elif kind := FAILURES.get(raw.lower()):
            self.fail(Failed(kind, True, code=raw))
        else:
            self.finish(REASONS.get(raw.strip().lower(), "other"), raw)

    def finish(
        self, reason: FinishReason, raw: str | None = None, *, inferred: bool = False
    ) -> None:
        self._release_halves()
        self.calls.end_all()
        if self.calls and reason == "stop":
            reason = "tool_calls"
        if self.refused and reason in ("stop", "content_filter"):
            reason = "refusal"
        self._end(Finished(reason, raw, inferred))

    def fail(self, failed: Failed) -> None:
        """Open calls are left open: their arguments are incomplete, to be thrown away."""
        self._release_halves()
        self._end(failed)

    def _release_halves(self) -> None:
        self.text(self._limit.release("text"))
        self.reasoning(self._limit.release("reasoning"))

    def _end(self, last: Finished | Failed) -> None:
        if self.ended:
            return
        self.ended = self._limit.is_closed = True
        if self._limit.is_exceeded:
            last = _TOO_LARGE
        if failure := self.queue.drop_after_hole():
            last = failure if isinstance(last, Finished) else last
        if self.cut is not None and self._cut_at != self.end.progress():
            last = self.cut
        self.finished = isinstance(last, Finished)
        for event in self.report.events(is_finished=self.finished):
            self._add(event)
        self._add(last)
