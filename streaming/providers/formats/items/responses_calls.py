"""Tool calls of a Responses stream: their items, and the pieces of their arguments."""

from typing import Any

from streaming.providers.base import Replay
from streaming.providers.formats.building.deduplication import Echo
from streaming.providers.formats.building.event_builder import EventBuilder
from streaming.providers.formats.building.partial_calls import PartialCall
from streaming.providers.formats.items.responses_parts import ItemKey
from streaming.providers.formats.items.responses_values import arguments_of, delta_of, key_of
from streaming.providers.formats.json_values import string

CALL_TYPES = ("function_call", "custom_tool_call")


class ResponsesCalls:
    """Calls by their item. A replay says none again that had ended before it."""

    def __init__(self, builder: EventBuilder, replay: Replay | None) -> None:
        self._builder = builder
        self._replay = replay
        self._calls: dict[ItemKey, PartialCall] = {}
        self._echoes: dict[int, Echo] = {}

    def __bool__(self) -> bool:
        return bool(self._calls)

    def item_added(self, key: ItemKey, item: dict[str, Any]) -> None:
        arguments = arguments_of(item)
        if (call := self._of_item(key, item)) and arguments:
            self._echoes[call.index] = Echo(arguments)
            self._builder.calls.add(call, arguments)

    def item_done(self, key: ItemKey, item: dict[str, Any]) -> None:
        if call := self._of_item(key, item):
            self._end(call, item)

    def arguments_delta(self, value: dict[str, Any]) -> None:
        if call := self._of_piece(value):
            piece = delta_of(value)
            echo = self._echoes.get(call.index)
            self._builder.calls.add(call, echo.feed(piece) if echo else piece)

    def arguments_done(self, value: dict[str, Any]) -> None:
        if call := self._of_piece(value):
            self._end(call, value)

    def _end(self, call: PartialCall, value: dict[str, Any]) -> None:
        self._builder.calls.end(call, arguments_of(value))
        self._builder.close_hole()

    def _of_item(self, key: ItemKey, item: dict[str, Any]) -> PartialCall | None:
        call = self._calls.get(key)
        id_ = string(item.get("call_id")) or string(item.get("id"))
        if call is None and not (self._replay and id_ in self._replay.calls):
            call = self._calls[key] = self._builder.calls.start(id_, string(item.get("name")))
        return call

    def _of_piece(self, value: dict[str, Any]) -> PartialCall | None:
        """The call of a piece of arguments; one without a name, if its beginning never came."""
        key = key_of(value)
        if key not in self._calls and self._replay is None:
            self._calls[key] = self._builder.calls.start(
                string(value.get("call_id")), string(value.get("name"))
            )
        return self._calls.get(key)
