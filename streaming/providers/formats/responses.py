"""OpenAI Responses: what an event of its stream says.

Events are filed by `output_index`: gateways change item ids from event to event. Whatever
comes twice (pieces, then the whole, then a snapshot) is said once.
"""

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from streaming.providers.base import Replay
from streaming.providers.formats.adapter import FormatAdapter, bearer
from streaming.providers.formats.building.end_report import reported_cost
from streaming.providers.formats.building.finish_reasons import is_reason
from streaming.providers.formats.error_bodies.failures import failure
from streaming.providers.formats.items.responses_calls import ResponsesCalls
from streaming.providers.formats.items.responses_items import ResponsesItems
from streaming.providers.formats.items.responses_texts import ResponsesTexts
from streaming.providers.formats.items.responses_values import (
    SequenceNumbers,
    delta_of,
    part_key_of,
    texts_of,
    usage_of,
)
from streaming.providers.formats.json_values import mapping, mappings, string, word
from streaming.providers.formats.parsing.error_frames import fail_if_error
from streaming.providers.formats.parsing.odd_frames import type_in
from streaming.providers.formats.parsing.stream_parser import StreamParser
from streaming.providers.formats.requests.responses import call, cancel

_TEXT = "response.output_text.delta"
_IDLE = ("response.created", "response.queued", "response.in_progress")
"""Signs of life, which may come without a number."""

_ENDS = tuple(f"response.{status}" for status in ("completed", "incomplete", "failed", "cancelled"))
_UNFINISHED = ("queued", "in_progress")
_MAY_ADD = re.compile(r"delta|done")
"""Types of frames that may have held what no other frame repeats."""

Handler: TypeAlias = Callable[[dict[str, Any]], None]


class ResponsesParser(StreamParser):
    """Typed events, closed by `response.completed`, `.incomplete`, `.failed`, `.cancelled`.

    With `replay` it reads the rest of an answer, which may begin in the middle of an item.
    """

    format = "responses"
    types_in_events = True

    def __init__(self, replay: Replay | None = None) -> None:
        super().__init__()
        self._replay = replay
        self._numbers = SequenceNumbers(replay.after if replay else None)
        self._texts = ResponsesTexts(self.builder, self.media, replay)
        self._calls = ResponsesCalls(self.builder, replay)
        self._items = ResponsesItems(self._texts, self._calls, self.media)
        self._text = self._texts.text
        self._queue = self.builder.queue
        self._handlers = _handlers(self._texts, self._calls, self._items)
        self._hole_after: int | None = None
        if replay:
            self.response_id = replay.response_id

    @property
    def cursor(self) -> int | None:
        return self._numbers.last

    def keep(self) -> dict[str, Any]:
        return {"reasoning": self._items.reasoning} if self._items.reasoning else {}

    def on_value(self, value: dict[str, Any]) -> None:
        kind = value.get("type")
        if kind == _TEXT:
            if not self._is_old(value, matters=True):
                self.is_recognised = True
                self._text.add(part_key_of(value), delta_of(value))
            return
        handler = self._handler(kind)
        if self._is_old(value, matters=handler is not None and kind not in _IDLE):
            return
        if value.get("object") == "response":
            self.is_recognised = True
            self._close(value)
        elif handler is not None and not value.get("error"):
            self.is_recognised = True
            handler(value)
        else:
            fail_if_error(self.builder, value)

    def on_end(self, *, whole: bool, trusted: bool) -> None:
        """Only an event, or `[DONE]`, is an end."""

    def may_hold_text(self, name: str, frame: str) -> bool:
        return _MAY_ADD.search(name or type_in(frame) or "delta") is not None

    def _is_old(self, value: dict[str, Any], *, matters: bool) -> bool:
        number = value.get("sequence_number")
        if not self._queue.has_hole:
            self._hole_after = None
        elif self._hole_after is None:
            self._hole_after = self._numbers.last
            if self._numbers.follows(number):
                # The numbers are unbroken: what was skipped had none.
                self.builder.close_hole()
        return self._numbers.is_old(number, matters=matters)

    def _handler(self, kind: Any) -> Handler | None:
        if kind in _IDLE:
            return self._begin
        if kind in _ENDS:
            return self._end
        return self._handlers.get(kind) if type(kind) is str else None

    def _begin(self, value: dict[str, Any]) -> None:
        self.response_id = self.response_id or word(mapping(value.get("response")).get("id"))

    def _end(self, value: dict[str, Any]) -> None:
        response = mapping(value.get("response"))
        status = string(value.get("type")).removeprefix("response.")
        self._close({"status": status} | response)

    def _close(self, response: dict[str, Any]) -> None:
        builder, status = self.builder, string(response.get("status"))
        self.response_id = self.response_id or word(response.get("id"))
        usage = mapping(response.get("usage"))
        builder.report.usage = usage_of(usage) or builder.report.usage
        builder.report.cost = reported_cost(usage) or builder.report.cost
        if status in _UNFINISHED:
            return
        if status == "failed" or response.get("error"):
            builder.fail(failure({"error": response.get("error")}))
            return
        self._catch_up(mappings(response.get("output")))
        self.media.report_audio()
        if status == "incomplete":
            reason = word(mapping(response.get("incomplete_details")).get("reason"))
            builder.end.announce(reason if is_reason(reason) else status)
            builder.stop()
        elif status == "cancelled":
            builder.finish("cancelled", status)
        else:
            builder.finish("stop", "completed")

    def _catch_up(self, output: list[dict[str, Any]]) -> None:
        """What the snapshot of the whole answer has beyond what came before it."""
        if self._replay and self._replay.partial:
            self._catch_up_replay(output, self._replay.partial)
        elif self._text or self._texts.thoughts or self._calls:
            # Its parts may have other numbers, so the text is compared as a whole.
            self.snapshots.whole("text", "".join(texts_of(output)))
            self._items.read_rest(output, {call.id for call in self.builder.calls})
        else:
            self._items.read_all(output)

    def _catch_up_replay(self, output: list[dict[str, Any]], partial: str) -> None:
        if self._text or self._calls:
            return
        text = "".join(texts_of(output))
        if text.startswith(partial):
            self.builder.text(text.removeprefix(partial))
        else:
            self.builder.warn("replay_differs")


def _handlers(
    texts: ResponsesTexts, calls: ResponsesCalls, items: ResponsesItems
) -> dict[str, Handler]:
    """What reads each event that adds to the answer, but for an ordinary text delta."""
    table: dict[str, Handler] = {
        "output_item.added": items.added,
        "output_item.done": items.done,
        "content_part.added reasoning_summary_part.added": texts.part_added,
        "content_part.done": texts.part_done,
        "output_text.done": texts.text_done,
        "output_text.annotation.added": texts.annotation_added,
        "refusal.delta": texts.add_refusal,
        "refusal.done": texts.refusal_done,
        "reasoning_text.delta reasoning.delta": texts.add_thought,
        "reasoning_summary_text.delta reasoning_summary.delta": texts.add_thought,
        "reasoning_text.done reasoning.done": texts.thought_done,
        "reasoning_summary_text.done reasoning_summary.done": texts.thought_done,
        "reasoning_summary_part.done": texts.thought_done,
        "function_call_arguments.delta custom_tool_call_input.delta": calls.arguments_delta,
        "function_call_arguments.done custom_tool_call_input.done": calls.arguments_done,
        "audio_transcript.delta audio.transcript.delta": texts.add,
        "output_audio_transcript.delta": texts.add,
        "audio_transcript.done audio.transcript.done": texts.transcript_done,
        "output_audio_transcript.done": texts.transcript_done,
        "audio.delta output_audio.delta": texts.add_speech,
    }
    return {
        f"response.{name}": handler for names, handler in table.items() for name in names.split()
    }


ADAPTER = FormatAdapter(
    call=call,
    headers=bearer,
    parser=lambda config, request: ResponsesParser(request.replay),
    cancel=cancel,
)
