"""Plain lists of messages with a role and content, as requests to models have them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

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
    items,
    key,
    moment,
    text,
)
from conversations.transfer.sources.shapes import (
    SYSTEM,
    TOOL_RESULTS,
    UNKNOWN,
    call,
    one_after_another,
    words_of,
)

SOURCE = "messages"
ROLES = ("system", "developer", "user", "assistant", "tool", "function")
EMPTY = lazy_text("It holds no messages.")


def is_message(value: Json) -> bool:
    said = fields(value)
    return isinstance(said.get("role"), str) and ("content" in said or "tool_calls" in said)


def matches(value: Json) -> bool:
    listed = items(value) or items(fields(value).get("messages"))
    return bool(listed) and all(is_message(each) for each in listed)


def thread(value: Json) -> Thread:
    """Of a list, or of an object with one."""
    about = fields(value)
    return of(items(value) or items(about.get("messages")), about)


def of(messages: Sequence[Json], about: dict[str, Json]) -> Thread:
    """The same messages are the same conversation, unless it has a number of its own."""
    if not messages:
        raise Refused(str(EMPTY))
    model = text(about.get("model")) or text(fields(about.get("model")).get("id"))
    made = Thread(
        source=SOURCE,
        key=key(about.get("id")) or _hash(messages),
        title=text(about.get("title")) or text(about.get("name")),
        created_at=moment(about.get("created_at")),
        updated_at=moment(about.get("updated_at")),
        kept={name: part for name, part in about.items() if name != "messages"},
    )
    first = fields(messages[0])
    if first.get("role") in ("system", "developer"):
        made.settings = {"system_prompt": words_of(first.get("content"))}
    for at, raw in enumerate(messages):
        made.nodes.append(_node(str(at), fields(raw), model, made, is_prompt=at == 0))
    one_after_another(made.nodes)
    return made


def _node(name: str, raw: dict[str, Json], model: str, made: Thread, *, is_prompt: bool) -> Node:
    role = str(raw.get("role"))
    node = Node(
        id=name,
        parent=None,
        role=role if role in (USER, ASSISTANT) else KEPT,
        text=words_of(raw.get("content")),
        created_at=moment(raw.get("created_at")) or moment(raw.get("timestamp")),
        json=raw,
    )
    if node.role == KEPT:
        node.text = ""
        kind = TOOL_RESULTS if role in ("tool", "function") else SYSTEM
        made.not_shown[kind if role in ROLES else UNKNOWN] += not is_prompt
        return node
    if node.role == ASSISTANT:
        node.reasoning = text(raw.get("reasoning_content")) or text(raw.get("reasoning"))
        for each in items(raw.get("tool_calls")):
            function = fields(fields(each).get("function"))
            arguments = text(function.get("arguments"))
            node.calls.append(call(fields(each).get("id"), function.get("name"), arguments))
        own = text(raw.get("model")) or model
        node.runs = [{"provider": SOURCE, "model": own, "status": "finished"}]
    return node


def _hash(messages: Sequence[Json]) -> str:
    written = json.dumps(messages, ensure_ascii=True, sort_keys=True)
    return f"sha256:{hashlib.sha256(written.encode()).hexdigest()}"
