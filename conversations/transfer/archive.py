"""The site's own format: one JSON object a conversation, with all that is kept of it.

A conversation and its nodes have names that are good on every site, so what is read in and written
out again is the same, byte by byte. Values that say nothing are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from conversations.languages.texts import lazy_text
from conversations.transfer.plain import (
    ASSISTANT,
    KEPT,
    USER,
    Json,
    Node,
    Refused,
    Thread,
    fields,
    key,
    moment,
    objects,
    text,
)

CONVERSATION, ACCOUNT = "chatsite-conversation", "chatsite-account"
VERSION = 1
SOURCE = "chatsite"
AS_IT_CAME = ("source", "details")

NEWER = lazy_text("It was written by a newer version of this site. Upgrade this one first.")
DAMAGED = lazy_text("It is no archive of this site, though it says so: %(what)s is missing or odd.")

Values = Mapping[str, Any]


def matches(value: Json) -> bool:
    return fields(value).get("format") == CONVERSATION


def thread(value: Json) -> Thread:
    """Raises Refused."""
    said = fields(value)
    refuse_newer(said)
    origin, archive_id = fields(said.get("origin")), key(said.get("id"))
    if not archive_id:
        raise Refused(DAMAGED % {"what": "id"})
    if not isinstance(said.get("messages"), list):
        raise Refused(DAMAGED % {"what": "messages"})
    made = Thread(
        source=text(origin.get("source")) or SOURCE,
        account=key(origin.get("account")),
        key=key(origin.get("id")) or archive_id,
        archive_id=archive_id,
        title=text(said.get("title")),
        created_at=moment(said.get("created_at")),
        updated_at=moment(said.get("updated_at")),
        current=key(said.get("current")) or None,
        settings={name: part for name, part in said.items() if name != "messages"},
        kept=said.get("details"),
    )
    for raw in objects(said["messages"]):
        made.nodes.append(_node(raw))
    return made


def refuse_newer(said: Mapping[str, Json]) -> None:
    if said.get("version") != VERSION:
        raise Refused(str(NEWER))


ADDED = ("parts", "files", "citations")


def _node(raw: dict[str, Json]) -> Node:
    role = raw.get("role")
    return Node(
        id=key(raw.get("id")),
        parent=key(raw.get("parent")) or None,
        role=role if role in (USER, ASSISTANT) else KEPT,
        text=text(raw.get("text")),
        reasoning=text(raw.get("reasoning")),
        calls=objects(raw.get("tool_calls")),
        created_at=moment(raw.get("created_at")),
        runs=list(objects(raw.get("generations"))),
        extra={name: raw.get(name) for name in ("starts_at", "summary_from", "summary_to", *ADDED)},
        json=raw.get("source"),
    )


def written(head: Values, nodes: Iterable[Values]) -> Iterator[str]:
    """A conversation as pieces of JSON, one message a line."""
    first = dumps({"format": CONVERSATION, "version": VERSION, **said(head)})
    yield f'{first[:-1]},"messages":['
    gap = "\n"
    for node in nodes:
        yield f"{gap}{dumps(said(node))}"
        gap = ",\n"
    yield "\n]}\n"


def dumps(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def said(values: Values) -> dict[str, Json]:
    """Without what says nothing, with times as text, and names in an order of our own: databases
    keep JSON in theirs. What another program wrote stays as it is.
    """
    return {
        name: value if name in AS_IT_CAME else _written(value)
        for name, value in values.items()
        if value is not None and value is not False and value not in ("", [], {})
    }


def _written(value: Any) -> Json:
    if isinstance(value, datetime):
        return _iso(value)
    if isinstance(value, list | tuple):
        return [_written(each) for each in value]
    if isinstance(value, dict):
        return {name: _written(value[name]) for name in sorted(value)}
    return value


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
