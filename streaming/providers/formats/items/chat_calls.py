"""Tool calls of Chat Completions: which call does a fragment belong to?

Upstreams number them from 0, from 1, all as 0, or not at all; ids come once, each time,
as "" or never. `null`, missing and "" mean the same for an id, a name and an index.
"""

from dataclasses import dataclass, field
from typing import Any

from streaming.events import Warned
from streaming.providers.formats.building.deduplication import rest_of
from streaming.providers.formats.building.event_builder import EventBuilder
from streaming.providers.formats.building.partial_calls import PartialCall
from streaming.providers.formats.json_values import (
    compact,
    mapping,
    mappings,
    parse_json,
    string,
)

_LEGACY = -1
"""The index under which the one `function_call` of old servers is filed."""


@dataclass(slots=True)
class _Draft:
    """A call that may still lack its name; until then its arguments are held."""

    id: str
    held: list[str] = field(default_factory=list)
    call: PartialCall | None = None

    def has_whole_arguments(self) -> bool:
        try:
            return type(parse_json(self.call.arguments if self.call else "")) is dict
        except ValueError:
            return False


class ChatCalls:
    """Puts fragments together; `extras` are opaque items by call id."""

    def __init__(self, builder: EventBuilder) -> None:
        self.extras: dict[str, Any] = {}
        self._builder = builder
        self._drafts: list[_Draft] = []
        self._by_index: dict[int, _Draft] = {}
        self._by_id: dict[str, _Draft] = {}
        self._last: _Draft | None = None

    def read(self, delta: dict[str, Any], *, whole: bool = False) -> None:
        """Fragments of calls, or with `whole` calls that may be known already."""
        for place, fragment in enumerate(mappings(delta.get("tool_calls"))):
            index = fragment.get("index")
            if not (whole and self._is_known(fragment, place)):
                self._fragment(fragment, index if type(index) is int else None)
        function = mapping(delta.get("function_call"))
        if function and not (whole and self._by_index.get(_LEGACY)):
            self._fragment({"function": function}, _LEGACY)

    def _is_known(self, fragment: dict[str, Any], place: int) -> bool:
        """Whether a whole call came in fragments before; what it adds to them is said."""
        id_ = string(fragment.get("id"))
        known = self._by_id.get(id_) if id_ else None
        if known is None and place < len(self._drafts) and not (id_ and self._drafts[place].id):
            known = self._drafts[place]
        if known is None or known.call is None:
            return False
        arguments = _arguments(mapping(fragment.get("function")).get("arguments"))
        if rest := rest_of(arguments, known.call.arguments):
            self._builder.calls.add(known.call, rest)
        return True

    def close(self) -> None:
        """The answer ends: calls that never got a name are dropped."""
        if any(draft.call is None for draft in self._drafts):
            self._builder.report.warnings.append(Warned("tool_call_without_name"))

    def _fragment(self, fragment: dict[str, Any], index: int | None) -> None:
        function = mapping(fragment.get("function"))
        id_, name = string(fragment.get("id")), string(function.get("name"))
        arguments = _arguments(function.get("arguments"))
        draft = self._find(index, id_, name, arguments) or self._new(index, id_)
        self._last = draft
        draft.id = draft.id or id_
        if draft.call is None and name:
            draft.call = self._builder.calls.start(draft.id, name)
            for piece in draft.held:
                self._builder.calls.add(draft.call, piece)
            draft.held.clear()
        if draft.call is None:
            draft.held.append(arguments)
            return
        self._builder.calls.add(draft.call, arguments)
        if "extra_content" in fragment:
            self.extras[draft.call.id] = fragment["extra_content"]

    def _find(self, index: int | None, id_: str, name: str, arguments: str) -> _Draft | None:
        """The call that the fragment continues; None if it begins a new one."""
        if index is None:
            if id_ or name:
                return self._by_id.get(id_)
            return self._last
        draft = self._by_index.get(index)
        if draft is None or not name:
            return draft
        if id_:
            return None if draft.id and draft.id != id_ else draft
        begins = arguments.startswith("{") and draft.has_whole_arguments()
        return None if begins else draft

    def _new(self, index: int | None, id_: str) -> _Draft:
        draft = _Draft(id_)
        self._drafts.append(draft)
        if index is not None:
            self._by_index[index] = draft
        if id_:
            self._by_id[id_] = draft
        return draft


def _arguments(value: Any) -> str:
    return compact(value) if type(value) in (dict, list) else string(value)
