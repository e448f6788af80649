"""Claude: conversations with `chat_messages`, whose content is a list of blocks."""

from __future__ import annotations

import json
from collections import Counter

from conversations.transfer.plain import (
    ASSISTANT,
    KEPT,
    USER,
    Json,
    Node,
    Thread,
    fields,
    items,
    key,
    moment,
    objects,
    text,
)
from conversations.transfer.sources.shapes import (
    FILES,
    TOOL_RESULTS,
    UNKNOWN,
    Link,
    call,
    fenced,
    joined,
    linked,
)

SOURCE = "claude"
ROOT = "00000000-0000-4000-8000-000000000000"
ROLES = {"human": USER, "user": USER, "assistant": ASSISTANT}


def matches(value: Json) -> bool:
    return isinstance(fields(value).get("chat_messages"), list)


def thread(value: Json) -> Thread:
    said = fields(value)
    made = Thread(
        source=SOURCE,
        account=key(fields(said.get("account")).get("uuid")),
        key=key(said.get("uuid")),
        title=text(said.get("name")),
        created_at=moment(said.get("created_at")),
        updated_at=moment(said.get("updated_at")),
        current=key(said.get("current_leaf_message_uuid")) or None,
        settings={"pinned": said.get("is_starred") is True},
        kept={name: part for name, part in said.items() if name != "chat_messages"},
    )
    before: str | None = None
    for raw in objects(said.get("chat_messages")):
        node = _node(raw, text(raw.get("model")) or text(said.get("model")), made.not_shown)
        node.parent = _parent(raw, before)
        made.nodes.append(node)
        before = node.id
    made.not_shown[UNKNOWN] += len(items(said["chat_messages"])) - len(made.nodes)
    return made


def _parent(raw: dict[str, Json], before: str | None) -> str | None:
    """Where none is named it follows the message before it; the root is written as zeros."""
    named = key(raw.get("parent_message_uuid"))
    if not named:
        return before
    return None if set(named) <= set("0-48") and named.startswith("00000000-") else named


def _node(raw: dict[str, Json], model: str, not_shown: Counter[str]) -> Node:
    node = Node(
        id=key(raw.get("uuid")),
        parent=None,
        role=ROLES.get(str(raw.get("sender")), KEPT),
        created_at=moment(raw.get("created_at")),
        json=raw,
    )
    said: list[str] = []
    for block in objects(raw.get("content")):
        match block.get("type"):
            case "text":
                said.append(linked(text(block.get("text")), _links(block)))
            case "thinking":
                node.reasoning = joined([node.reasoning, text(block.get("thinking"))])
            case "tool_use":
                arguments = json.dumps(block.get("input"), ensure_ascii=False)
                node.calls.append(call(block.get("id"), block.get("name"), text(arguments)))
            case "tool_result":
                not_shown[TOOL_RESULTS] += 1
            case _:
                not_shown[UNKNOWN] += 1
    words = joined(said) or text(raw.get("text"))
    node.text = joined([words, *_documents(raw), *_names(raw, not_shown)])
    if node.role == KEPT:
        not_shown[UNKNOWN] += 1
    elif not (node.text or node.reasoning or node.calls):
        node.role = KEPT
    elif node.role == ASSISTANT:
        status = "cancelled" if raw.get("stop_reason") == "user_canceled" else "finished"
        node.runs = [{"provider": SOURCE, "model": model, "status": status}]
    return node


def _links(block: dict[str, Json]) -> list[Link]:
    links = []
    for each in objects(block.get("citations")):
        start, end = each.get("start_index"), each.get("end_index")
        about = fields(each.get("details"))
        if isinstance(start, int) and isinstance(end, int):
            links.append(Link(start, end, text(about.get("title")), text(about.get("url"))))
    return links


def _documents(raw: dict[str, Json]) -> list[str]:
    """Pasted texts: they are nowhere else."""
    documents = []
    for each in objects(raw.get("attachments")):
        name, words = text(each.get("file_name")), text(each.get("extracted_content"))
        if words:
            documents.append(joined([f"**{name}**" if name else "", fenced(words)]))
    return documents


def _names(raw: dict[str, Json], not_shown: Counter[str]) -> list[str]:
    """Of files whose bytes are not in the export."""
    names = [text(each.get("file_name")) or "file" for each in objects(raw.get("files"))]
    not_shown[FILES] += len(names)
    return [f"[{name}]" for name in names]
