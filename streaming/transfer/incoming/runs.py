"""Generations of a message that comes in: nobody vouches for their values."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models

from conversations.answers import sources
from conversations.answers.parts import CALL, PICTURE, TEXT, THOUGHT
from conversations.models import Message
from conversations.transfer import plain
from conversations.transfer.plain import Json
from streaming.journal.tool_calls import MADE, TAKEN_IN
from streaming.models import Generation
from streaming.transfer.incoming.run_notes import NOTES
from streaming.transfer.outgoing.conversations import RUN

FIELDS = {name: Generation._meta.get_field(name) for name in RUN}
SIZE = Generation._meta.get_field("start_offset")
ENDED = ("finished", "cancelled", "failed", "interrupted")
LARGEST = {
    models.BigIntegerField: 2**63 - 1,
    models.PositiveIntegerField: 2**31 - 1,
    models.PositiveSmallIntegerField: 2**15 - 1,
}


def generations(listed: Sequence[Mapping[str, Json]], message: Message) -> list[Generation]:
    """Rows that are not saved yet, in their order."""
    return [_generation(raw, message) for raw in listed]


def original(raw: Mapping[str, Json]) -> str:
    """What an edit replaced."""
    return plain.text(raw.get("original"))


def calls(listed: Sequence[Json], rows: Sequence[Generation]) -> list[dict[str, Json]]:
    """Tool calls, each with the number of its run; without a run there are none."""
    kept = []
    for raw in map(plain.fields, listed):
        said = raw.get("generation")
        place = said if isinstance(said, int) and 0 <= said < len(rows) else 0
        if rows:
            call: dict[str, Json] = {
                "id": plain.text(raw.get("id")),
                "name": plain.text(raw.get("name")),
                "arguments": plain.text(raw.get("arguments")),
                "state": state if (state := raw.get("state")) in TAKEN_IN else MADE,
                "generation": rows[place].pk,
            }
            if result := plain.text(raw.get("result")):
                call["result"] = result
            if pictures := [_picture(each) for each in plain.objects(raw.get("pictures"))]:
                call["pictures"] = list[Json](pictures)
            kept.append(call)
    return kept


def parts(listed: Json, rows: Sequence[Generation]) -> list[dict[str, Json]]:
    """How the parts of an answer alternate, each with the number of its run."""
    kept = []
    for raw in map(plain.fields, plain.objects(listed) if rows else ()):
        said = raw.get("generation")
        place = said if isinstance(said, int) and 0 <= said < len(rows) else 0
        sizes = {name: _whole(SIZE, raw.get(name)) for name in ("size", "ms")}
        known: dict[str, Json] = {name: size for name, size in sizes.items() if size is not None}
        kind = raw.get("kind")
        if kind == CALL or (kind in (TEXT, THOUGHT) and "size" in known):
            kept.append({"kind": kind, "generation": rows[place].pk, **known})
        elif kind == PICTURE:
            picture = _picture(plain.fields(raw.get("picture")))
            kept.append({"kind": kind, "generation": rows[place].pk, "picture": picture})
    return kept


def _picture(raw: Mapping[str, Json]) -> dict[str, Json]:
    """Its file by the name that the archive has for it: `attachments.placed` finds the file."""
    sizes = {name: _whole(SIZE, raw.get(name)) for name in ("width", "height")}
    words = {name: plain.text(raw.get(name)) for name in ("name", "media_type")}
    return {"file": plain.key(raw.get("file")), **words, **sizes}


def citations(listed: Json, rows: Sequence[Generation]) -> list[dict[str, Json]]:
    """Sources that a page may link to, each with the number of its run."""
    kept: list[dict[str, Json]] = []
    for raw in map(plain.fields, plain.objects(listed) if rows else ()):
        said = raw.get("generation")
        place = said if isinstance(said, int) and 0 <= said < len(rows) else 0
        named = plain.text(raw.get("url")), plain.text(raw.get("title"))
        kept = sources.fold(kept, [named], rows[place].pk)
    return kept


def _generation(raw: Mapping[str, Json], message: Message) -> Generation:
    values = {name: _value(FIELDS[name], raw.get(name)) for name in RUN}
    row = Generation(
        conversation_id=message.conversation_id,
        message=message,
        request_key=uuid.uuid4(),
        **{name: value for name, value in values.items() if value is not None},
    )
    row.created_at = values["created_at"] or message.created_at
    length = len(message.text)
    if raw.get("end_offset") is None:
        row.end_offset = length
    row.end_offset = min(row.end_offset, length) if row.undone_at is None else row.end_offset
    row.start_offset = min(row.start_offset, row.end_offset)
    if row.status not in ENDED:
        row.status = Generation.Status.INTERRUPTED
    return row


def _value(field: Any, raw: Json) -> Any:
    """As its column takes it; None where it is odd."""
    match field:
        case models.DateTimeField():
            return plain.moment(raw)
        case models.JSONField():
            return NOTES[field.name](raw)
        case models.BooleanField():
            return raw is True
        case models.CharField():
            return _choice(field, plain.text(raw)[: field.max_length])
        case models.FloatField():
            return _number(raw)
        case _:
            return _whole(field, raw)


def _choice(field: Any, value: str) -> str | None:
    known = [choice for choice, _ in field.choices or ()]
    return value if not known or value in known else None


def _number(raw: Json) -> float | None:
    is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
    return float(raw) if is_number and abs(raw) < 1e15 and math.isfinite(raw) else None


def _whole(field: Any, raw: Json) -> int | None:
    if not isinstance(raw, int) or isinstance(raw, bool):
        return None
    most = LARGEST[type(field)]
    least = -most if isinstance(field, models.BigIntegerField) else 0
    return raw if least <= raw <= most else None
