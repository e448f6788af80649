"""LibreChat: a conversation whose messages lie in a list, or in one another."""

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
    key,
    moment,
    objects,
    text,
)
from conversations.transfer.sources.shapes import (
    FILES,
    TOOL_RESULTS,
    UNKNOWN,
    call,
    joined,
    words_of,
)

SOURCE = "librechat"
ROOT = "00000000-0000-0000-0000-000000000000"


def matches(value: Json) -> bool:
    said = fields(value)
    named = "messagesTree" in said or "messages" in said
    return "conversationId" in said and named


def thread(value: Json) -> Thread:
    said = fields(value)
    options = fields(said.get("options"))
    made = Thread(
        source=SOURCE,
        key=key(said.get("conversationId")),
        title=text(said.get("title")),
        created_at=moment(said.get("createdAt")),
        updated_at=moment(said.get("updatedAt")),
        settings={"system_prompt": text(options.get("promptPrefix"))},
        kept={
            name: part for name, part in said.items() if name not in ("messages", "messagesTree")
        },
    )
    model = text(options.get("model")) or text(said.get("model"))
    first = objects(said.get("messagesTree")) or objects(said.get("messages"))
    left: list[tuple[dict[str, Json], str | None]] = []
    left += [(raw, None) for raw in reversed(first)]
    while left:
        raw, above = left.pop()
        node = _node(raw, text(raw.get("model")) or model, made.not_shown)
        named = key(raw.get("parentMessageId"))
        node.parent = (named if named != ROOT else None) or above
        made.nodes.append(node)
        left += [(child, node.id) for child in objects(raw.get("children"))][::-1]
    if made.nodes:
        newest = max(made.nodes, key=lambda node: (node.created_at is not None, node.created_at))
        made.current = newest.id
        made.created_at = made.created_at or made.nodes[0].created_at
    return made


def _node(raw: dict[str, Json], model: str, not_shown: Counter[str]) -> Node:
    node = Node(
        id=key(raw.get("messageId")),
        parent=None,
        role=USER if raw.get("isCreatedByUser") is True else ASSISTANT,
        created_at=moment(raw.get("createdAt")),
        json={name: part for name, part in raw.items() if name != "children"},
    )
    said: list[str] = []
    for part in objects(raw.get("content")):
        match part.get("type"):
            case "text" | "error":
                said.append(words_of([part]))
            case "think":
                node.reasoning = joined([node.reasoning, text(part.get("think"))])
            case "tool_call":
                made = fields(part.get("tool_call"))
                arguments = made.get("args")
                if not isinstance(arguments, str):
                    arguments = json.dumps(arguments, ensure_ascii=False)
                node.calls.append(call(made.get("id"), made.get("name"), text(arguments)))
                not_shown[TOOL_RESULTS] += bool(made.get("output"))
            case _:
                not_shown[UNKNOWN] += 1
    files = [text(each.get("filename")) or "file" for each in objects(raw.get("files"))]
    not_shown[FILES] += len(files)
    words = joined(said) or text(raw.get("text"))
    node.text = joined([words, *(f"[{name}]" for name in files)])
    if not (node.text or node.reasoning or node.calls):
        node.role = KEPT
    elif node.role == ASSISTANT:
        status = "interrupted" if raw.get("unfinished") is True else "finished"
        node.runs = [{"provider": SOURCE, "model": model, "status": status}]
    return node
