"""OpenAI Responses: what an event of its stream says.

Events are filed by `output_index`: gateways change item ids from event to event. Whatever
comes twice (pieces, then the whole, then a snapshot) is said once.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from streaming.providers.answer import Call
from streaming.providers.base import Replay
from streaming.providers.errors import failure
from streaming.providers.parsing import StreamParser
from streaming.providers.values import counts, mapping, mappings, string, word

_Key: TypeAlias = int | str
_Place: TypeAlias = tuple[_Key, int]
"""An output item, and a part of its content."""

_CALLS = ("function_call", "custom_tool_call")
_TEXT = "response.output_text.delta"


class ResponsesParser(StreamParser):
    """Typed events, closed by `response.completed`, `.incomplete`, `.failed`, `.cancelled`.

    With `replay` it reads the rest of an answer, which may begin in the middle of an item.
    """

    format = "responses"

    def __init__(self, replay: Replay | None = None) -> None:
        super().__init__()
        self._replay = replay
        self._order = Order(replay.after if replay else None)
        self._calls: dict[_Key, Call] = {}
        self._added: set[_Key] = set()
        self._said: set[_Place] = set()
        self._thought: set[_Key] = set()
        self._reasoning: list[dict[str, Any]] = []
        if replay:
            self.response_id = replay.response_id

    @property
    def cursor(self) -> int | None:
        return self._order.last

    def keep(self) -> dict[str, Any]:
        return {"reasoning": self._reasoning} if self._reasoning else {}

    def on_value(self, value: dict[str, Any]) -> None:
        kind = value.get("type")
        if self._order.is_old(value.get("sequence_number")):
            return
        if kind == _TEXT:
            self._say(value, string(value.get("delta")))
        elif kind == "error" or (value.get("error") and value.get("object") != "response"):
            self.answer.fail(failure(value))
        elif value.get("object") == "response":
            self._heard = True
            self._close(value)
        elif type(kind) is str and (handler := _HANDLERS.get(kind)):
            self._heard = True
            handler(self, value)

    def on_done(self) -> None:
        self.answer.finish("stop", inferred=True)

    def on_end(self, *, whole: bool, trusted: bool) -> None:
        pass

    # Text and thoughts

    def _say(self, value: dict[str, Any], text: str) -> None:
        self._heard = True
        self._said.add(_place(value))
        self.answer.text(text)

    def _refuse(self, value: dict[str, Any]) -> None:
        self._said.add(_place(value))
        self.answer.refusal(string(value.get("delta")))

    def _think(self, value: dict[str, Any]) -> None:
        self._thought.add(_key(value))
        self.answer.reasoning(string(value.get("delta")))

    def _think_on(self, value: dict[str, Any]) -> None:
        if value.get("summary_index") and _key(value) in self._thought:
            self.answer.reasoning("\n\n")

    def _text_done(self, value: dict[str, Any]) -> None:
        self._whole_part(_place(value), value)

    def _part_done(self, value: dict[str, Any]) -> None:
        self._whole_part(_place(value), mapping(value.get("part")))

    def _whole_part(self, place: _Place, part: dict[str, Any]) -> None:
        """A part's whole text, said only if no piece of it was, here or before a replay."""
        if place in self._said or not self._is_ours(place[0]):
            return
        text, refusal = string(part.get("text")), string(part.get("refusal"))
        if part.get("type") not in ("reasoning_text", "summary_text") and (text or refusal):
            self._said.add(place)
            self.answer.text(text)
            self.answer.refusal(refusal)

    def _is_ours(self, key: _Key) -> bool:
        return self._replay is None or not self._replay.partial or key in self._added

    # Items

    def _item_added(self, value: dict[str, Any]) -> None:
        key, item = _key(value), mapping(value.get("item"))
        self._added.add(key)
        if item.get("type") in _CALLS and (call := self._call(key, item)):
            self.answer.arguments(call, _arguments(item))

    def _item_done(self, value: dict[str, Any]) -> None:
        key, item = _key(value), mapping(value.get("item"))
        if item.get("type") in _CALLS:
            if call := self._call(key, item):
                self.answer.end_call(call, _arguments(item))
        elif item.get("type") == "reasoning":
            if item.get("encrypted_content"):
                self._reasoning.append(item)
        else:
            for position, part in enumerate(mappings(item.get("content"))):
                self._whole_part((key, position), part)

    def _call(self, key: _Key, item: dict[str, Any]) -> Call | None:
        call = self._calls.get(key)
        id_ = string(item.get("call_id")) or string(item.get("id"))
        if call is None and not (self._replay and id_ in self._replay.calls):
            call = self._calls[key] = self.answer.start_call(id_, string(item.get("name")))
        return call

    def _arguments_delta(self, value: dict[str, Any]) -> None:
        if call := self._calls.get(_key(value)):
            self.answer.arguments(call, string(value.get("delta")))

    def _arguments_done(self, value: dict[str, Any]) -> None:
        if call := self._calls.get(_key(value)):
            self.answer.end_call(call, _arguments(value))

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
        self.answer.usage = _usage(mapping(response.get("usage")))
        if status == "failed":
            self.answer.fail(failure({"error": response.get("error")}))
            return
        if not self._said and not self._calls:
            self._catch_up(mappings(response.get("output")))
        if status == "incomplete":
            reason = mapping(response.get("incomplete_details")).get("reason")
            self.answer.stop(word(reason) or status)
        elif status == "cancelled":
            self.answer.finish("cancelled", status)
        else:
            self.answer.finish("stop", "completed")

    def _catch_up(self, output: list[dict[str, Any]]) -> None:
        """Nothing was seen before the end: take it from the snapshot."""
        if self._replay and self._replay.partial:
            text = "".join(_texts(output))
            if text.startswith(self._replay.partial):
                self.answer.text(text.removeprefix(self._replay.partial))
            else:
                self.answer.warn("replay_differs")
            return
        for index, item in enumerate(output):
            for part in mappings(item.get("summary")) if not self._thought else ():
                self.answer.reasoning(string(part.get("text")))
            self._item_done({"output_index": index, "item": item})


class Order:
    """Sequence numbers: a cursor as long as each is above the one before."""

    __slots__ = ("_after", "_is_sound", "_last")

    def __init__(self, after: int | None) -> None:
        self._after = after
        self._last = -1 if after is None else after
        self._is_sound = True

    @property
    def last(self) -> int | None:
        return self._last if self._is_sound and self._last >= 0 else None

    def is_old(self, number: Any) -> bool:
        """Whether a replay brings what was kept already."""
        if type(number) is int and number > self._last:
            self._last = number
            return False
        if self._after is not None and type(number) is int and number <= self._after:
            return True
        self._is_sound = False
        return False


def _key(value: dict[str, Any]) -> _Key:
    index = value.get("output_index")
    return index if type(index) is int else string(value.get("item_id"))


def _place(value: dict[str, Any]) -> _Place:
    position = value.get("content_index")
    return _key(value), position if type(position) is int else 0


def _arguments(item: dict[str, Any]) -> str:
    return string(item.get("arguments")) or string(item.get("input"))


def _texts(output: list[dict[str, Any]]) -> list[str]:
    parts = [part for item in output for part in mappings(item.get("content"))]
    return [string(part.get("text")) or string(part.get("refusal")) for part in parts]


def _usage(usage: dict[str, Any]) -> dict[str, int]:
    thinking = mapping(usage.get("output_tokens_details"))
    cached = mapping(usage.get("input_tokens_details"))
    return (
        counts(
            usage,
            input_tokens="input_tokens",
            output_tokens="output_tokens",
            total_tokens="total_tokens",
        )
        | counts(thinking, reasoning_tokens="reasoning_tokens")
        | counts(cached, cached_tokens="cached_tokens")
    )


_HANDLERS: dict[str, Callable[[ResponsesParser, dict[str, Any]], None]] = {
    f"response.{name}": handler
    for names, handler in (
        ("created queued in_progress", ResponsesParser._begin),
        ("output_item.added", ResponsesParser._item_added),
        ("output_item.done", ResponsesParser._item_done),
        ("refusal.delta", ResponsesParser._refuse),
        ("reasoning_summary_text.delta reasoning_text.delta", ResponsesParser._think),
        ("reasoning_summary_part.added", ResponsesParser._think_on),
        (
            "function_call_arguments.delta custom_tool_call_input.delta",
            ResponsesParser._arguments_delta,
        ),
        (
            "function_call_arguments.done custom_tool_call_input.done",
            ResponsesParser._arguments_done,
        ),
        ("output_text.done refusal.done", ResponsesParser._text_done),
        ("content_part.done", ResponsesParser._part_done),
        ("completed incomplete failed cancelled", ResponsesParser._end),
    )
    for name in names.split()
}
