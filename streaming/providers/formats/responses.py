"""OpenAI Responses: what an event of its stream says.

Events are filed by `output_index`: gateways change item ids from event to event. Whatever
comes twice (pieces, then the whole, then a snapshot) is said once.
"""

import re
from collections.abc import Callable
from typing import Any

from streaming.providers.base import Replay
from streaming.providers.formats.building.deduplication import Echo
from streaming.providers.formats.building.event_builder import Call
from streaming.providers.formats.building.finish_reasons import is_reason
from streaming.providers.formats.error_bodies.failures import failure
from streaming.providers.formats.json_values import (
    mapping,
    mappings,
    string,
    word,
)
from streaming.providers.formats.parsing.parts import flat, pieces
from streaming.providers.formats.parsing.stream_parser import UNSHOWN, StreamParser, type_in
from streaming.providers.formats.parsing.unsupported import in_words
from streaming.providers.formats.responses_parts import Key, Place, Places
from streaming.providers.formats.responses_values import (
    Order,
    arguments_of,
    delta_of,
    key_of,
    place_of,
    texts_of,
    usage_of,
)

_CALLS = ("function_call", "custom_tool_call")
_TEXT = "response.output_text.delta"
_THOUGHTS = ("reasoning_text", "summary_text")
_PICTURES = ("image_generation_call", "image", "audio", "output_image", "output_audio")
_UNFINISHED = ("queued", "in_progress")
_MAY_ADD = re.compile(r"delta|done")
"""Types of which a broken frame may have held what no other tells."""

_LATE = 1 << 20
"""Added to the places of a snapshot, which may be numbered otherwise than the stream."""


class ResponsesParser(StreamParser):
    """Typed events, closed by `response.completed`, `.incomplete`, `.failed`, `.cancelled`.

    With `replay` it reads the rest of an answer, which may begin in the middle of an item.
    """

    format = "responses"
    types_in_events = True

    def __init__(self, replay: Replay | None = None) -> None:
        super().__init__()
        self._replay = replay
        self._order = Order(replay.after if replay else None)
        self._calls: dict[Key, Call] = {}
        self._added: set[Key] = set()
        self._said = Places(self.answer, "text")
        self._thought = Places(self.answer, "reasoning", between="\n\n")
        self._summary: dict[Key, int] = {}
        self._echoes: dict[int, Echo] = {}
        self._reasoning: list[dict[str, Any]] = []
        self._audio = 0
        self._hole_after: int | None = None
        if replay:
            self.response_id = replay.response_id

    @property
    def cursor(self) -> int | None:
        return self._order.last

    def keep(self) -> dict[str, Any]:
        return {"reasoning": self._reasoning} if self._reasoning else {}

    def on_value(self, value: dict[str, Any]) -> None:
        kind = value.get("type")
        handler = _HANDLERS.get(kind) if type(kind) is str else None
        if self._is_old(value, matters=kind == _TEXT or handler not in _IDLE):
            return
        if kind == _TEXT:
            self._say(value)
        elif value.get("object") == "response":
            self._heard = True
            self._close(value)
        elif handler is not None and not value.get("error"):
            self._heard = True
            handler(self, value)
        else:
            self.fail_if_error(value)

    def on_done(self) -> None:
        self.stop()

    def on_end(self, *, whole: bool, trusted: bool) -> None:
        pass

    def may_hold_text(self, name: str, frame: str) -> bool:
        return _MAY_ADD.search(name or type_in(frame) or "delta") is not None

    def _is_old(self, value: dict[str, Any], *, matters: bool) -> bool:
        number = value.get("sequence_number")
        if not self.answer.has_hole:
            self._hole_after = None
        elif self._hole_after is None:
            self._hole_after = self._order.last
            if self._order.follows(number):
                self.answer.close_hole()  # the numbers are unbroken: what was skipped had none
        return self._order.is_old(number, matters=matters)

    # Text and thoughts

    def _say(self, value: dict[str, Any]) -> None:
        self._heard = True
        self._said.add(place_of(value), delta_of(value))

    def _refuse(self, value: dict[str, Any]) -> None:
        if text := delta_of(value):
            self.answer.refused = True
            self._said.add(place_of(value), text)

    def _think(self, value: dict[str, Any]) -> None:
        self._thought.add(self._thought_place(value), delta_of(value))

    def _thought_place(self, value: dict[str, Any]) -> Place:
        key, index = key_of(value), value.get("summary_index")
        if "content_index" in value and type(index) is not int:
            return key, -1 - place_of(value)[1]
        return key, index if type(index) is int else self._summary.get(key, 0)

    def _part_added(self, value: dict[str, Any]) -> None:
        part = mapping(value.get("part"))
        if part.get("type") in _THOUGHTS or "summary_index" in value:
            index = value.get("summary_index")
            self._summary[key_of(value)] = index if type(index) is int else 0
            self._thought.begin(self._thought_place(value), string(part.get("text")))
        else:
            self._said.begin(place_of(value), string(part.get("text")))

    def _text_done(self, value: dict[str, Any]) -> None:
        self._whole_part(place_of(value), {"type": "text", "text": value.get("text")})

    def _thought_done(self, value: dict[str, Any]) -> None:
        part = mapping(value.get("part")) or value
        self._whole_thought(self._thought_place(value), flat(part))

    def _part_done(self, value: dict[str, Any]) -> None:
        part = mapping(value.get("part"))
        if part.get("type") in _THOUGHTS:
            self._whole_thought(self._thought_place(value), flat(part))
        else:
            self._whole_part(place_of(value), part)

    def _whole_part(self, place: Place, part: dict[str, Any]) -> None:
        """A part's whole text: only what it has beyond its pieces, here or before a replay."""
        if not self._is_ours(place[0]):
            return
        for piece in pieces(part):
            if piece.kind == "unshown":
                self._audio = 0
                self.cannot_show(part)
            elif piece.text:
                self.answer.refused = self.answer.refused or piece.kind == "refusal"
                self._said.whole(place, piece.text, cut=self.is_cut)

    def _whole_thought(self, place: Place, text: str) -> None:
        is_ours = self._replay is None or place[0] in self._added
        if is_ours and text:
            self._thought.whole(place, text, cut=self.is_cut)

    def _refusal_done(self, value: dict[str, Any]) -> None:
        self._whole_part(place_of(value), {"type": "refusal", "refusal": value.get("refusal")})

    def _transcript_done(self, value: dict[str, Any]) -> None:
        self._whole_part(place_of(value), {"type": "text", "text": value.get("transcript")})

    def _hear(self, value: dict[str, Any]) -> None:
        self._audio += len(string(value.get("delta")))

    def _is_ours(self, key: Key) -> bool:
        return self._replay is None or not self._replay.partial or key in self._added

    # Items

    def _item_added(self, value: dict[str, Any]) -> None:
        key, item = key_of(value), mapping(value.get("item"))
        self._added.add(key)
        if item.get("type") in _CALLS:
            self._call_added(key, item)
        elif item.get("type") == "message":
            for position, part in enumerate(mappings(item.get("content"))):
                self._said.begin((key, position), string(part.get("text")))

    def _call_added(self, key: Key, item: dict[str, Any]) -> None:
        given = arguments_of(item)
        if (call := self._call(key, item)) and given:
            self._echoes[call.index] = Echo(given)
            self.answer.arguments(call, given)

    def _item_done(self, value: dict[str, Any]) -> None:
        key, item = key_of(value), mapping(value.get("item"))
        kind = string(item.get("type"))
        if kind in _CALLS:
            if call := self._call(key, item):
                self.answer.end_call(call, arguments_of(item))
                self.answer.close_hole()
        elif kind == "reasoning":
            self._reasoning_done(key, item)
        elif kind in _PICTURES and (item.get("result") or item.get("data")):
            self.cannot_show(item, kind=kind)
        else:
            for position, part in enumerate(mappings(item.get("content"))):
                self._whole_part((key, position), part)

    def _reasoning_done(self, key: Key, item: dict[str, Any]) -> None:
        for name in ("summary", "content"):
            for position, part in enumerate(mappings(item.get(name))):
                place = position if name == "summary" else -1 - position
                if name == "summary" or not item.get("summary"):
                    self._whole_thought((key, place), flat(part))
        if item.get("encrypted_content") and item not in self._reasoning:
            self._reasoning.append(item)

    def _call(self, key: Key, item: dict[str, Any]) -> Call | None:
        call = self._calls.get(key)
        id_ = string(item.get("call_id")) or string(item.get("id"))
        if call is None and not (self._replay and id_ in self._replay.calls):
            call = self._calls[key] = self.answer.start_call(id_, string(item.get("name")))
        return call

    def _begun_call(self, value: dict[str, Any]) -> Call | None:
        """The call of a piece of arguments; one without a name, if its beginning never came."""
        key = key_of(value)
        if key not in self._calls and self._replay is None:
            self._calls[key] = self.answer.start_call(
                string(value.get("call_id")), string(value.get("name"))
            )
        return self._calls.get(key)

    def _arguments_delta(self, value: dict[str, Any]) -> None:
        if call := self._begun_call(value):
            piece = delta_of(value)
            echo = self._echoes.get(call.index)
            self.answer.arguments(call, echo.feed(piece) if echo else piece)

    def _arguments_done(self, value: dict[str, Any]) -> None:
        if call := self._begun_call(value):
            self.answer.end_call(call, arguments_of(value))
            self.answer.close_hole()

    # The response as a whole

    def _begin(self, value: dict[str, Any]) -> None:
        self.response_id = self.response_id or word(mapping(value.get("response")).get("id"))

    def _end(self, value: dict[str, Any]) -> None:
        response = mapping(value.get("response"))
        status = string(value.get("type")).removeprefix("response.")
        self._close({"status": status} | response)

    def _close(self, response: dict[str, Any]) -> None:
        status = string(response.get("status"))
        self.response_id = self.response_id or word(response.get("id"))
        self.answer.usage = usage_of(mapping(response.get("usage"))) or self.answer.usage
        if status in _UNFINISHED:
            return
        if status == "failed" or response.get("error"):
            self.answer.fail(failure({"error": response.get("error")}))
            return
        self._catch_up(mappings(response.get("output")))
        if self._audio:
            self.answer.note(UNSHOWN, f"audio, {in_words(self._audio * 3 // 4)}")
        if status == "incomplete":
            reason = word(mapping(response.get("incomplete_details")).get("reason"))
            self.answer.conclude(reason if is_reason(reason) else status)
            self.answer.stop()
        elif status == "cancelled":
            self.answer.finish("cancelled", status)
        else:
            self.answer.finish("stop", "completed")

    def _catch_up(self, output: list[dict[str, Any]]) -> None:
        """What the snapshot of the whole answer has beyond what came before it."""
        if self._replay and self._replay.partial:
            self._catch_up_replay(output)
        elif self._said or self._thought or self._calls:
            self._compare(output)
        else:
            for index, item in enumerate(output):
                self._item_done({"output_index": _LATE + index, "item": item})

    def _catch_up_replay(self, output: list[dict[str, Any]]) -> None:
        if self._said or self._calls:
            return
        assert self._replay is not None
        text = "".join(texts_of(output))
        if text.startswith(self._replay.partial):
            self.answer.text(text.removeprefix(self._replay.partial))
        else:
            self.answer.warn("replay_differs")

    def _compare(self, output: list[dict[str, Any]]) -> None:
        """Places may be numbered anew here, so it is compared as a whole."""
        self.tell_whole("text", "".join(texts_of(output)))
        known = {call.id for call in self.answer.calls}
        calls = sum(item.get("type") in _CALLS for item in output)
        for index, item in enumerate(output):
            kind = string(item.get("type"))
            is_new = kind in _CALLS and string(item.get("call_id")) not in known
            if (is_new and calls > len(known)) or kind in _PICTURES:
                self._item_done({"output_index": _LATE + index, "item": item})
            elif kind == "reasoning" and not self._thought:
                self._reasoning_done(_LATE + index, item)


_HANDLERS: dict[str, Callable[[ResponsesParser, dict[str, Any]], None]] = {
    f"response.{name}": handler
    for names, handler in (
        ("created queued in_progress", ResponsesParser._begin),
        ("output_item.added", ResponsesParser._item_added),
        ("output_item.done", ResponsesParser._item_done),
        ("refusal.delta", ResponsesParser._refuse),
        (
            "reasoning_summary_text.delta reasoning_text.delta reasoning_summary.delta "
            "reasoning.delta",
            ResponsesParser._think,
        ),
        (
            "reasoning_summary_text.done reasoning_text.done reasoning_summary.done "
            "reasoning.done reasoning_summary_part.done",
            ResponsesParser._thought_done,
        ),
        ("reasoning_summary_part.added content_part.added", ResponsesParser._part_added),
        (
            "function_call_arguments.delta custom_tool_call_input.delta",
            ResponsesParser._arguments_delta,
        ),
        (
            "function_call_arguments.done custom_tool_call_input.done",
            ResponsesParser._arguments_done,
        ),
        ("output_text.done", ResponsesParser._text_done),
        ("refusal.done", ResponsesParser._refusal_done),
        ("content_part.done", ResponsesParser._part_done),
        (
            "audio_transcript.delta audio.transcript.delta output_audio_transcript.delta",
            ResponsesParser._say,
        ),
        (
            "audio_transcript.done audio.transcript.done output_audio_transcript.done",
            ResponsesParser._transcript_done,
        ),
        ("audio.delta output_audio.delta", ResponsesParser._hear),
        ("completed incomplete failed cancelled", ResponsesParser._end),
    )
    for name in names.split()
}
_IDLE = (None, ResponsesParser._begin)
"""Signs of life, which may come without a number."""
