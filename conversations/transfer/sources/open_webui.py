"""Open WebUI: chats with a `history`, the reasoning of which may be HTML inside of the text."""

from __future__ import annotations

import html
import re
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
    SYSTEM,
    TOOL_RESULTS,
    UNKNOWN,
    call,
    joined,
    one_after_another,
    words_of,
)

SOURCE = "open-webui"
DETAILS = re.compile(
    r"<details\b(?P<attributes>[^>]*)>\s*(?:<summary>.*?</summary>)?(?P<inside>.*?)</details>\s*",
    re.DOTALL,
)
ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
QUOTED = re.compile(r"^> ?", re.MULTILINE)


def matches(value: Json) -> bool:
    chat = _chat(value)
    history = fields(chat.get("history")).get("messages")
    return isinstance(history, dict) or (
        "models" in chat and isinstance(chat.get("messages"), list)
    )


def _chat(value: Json) -> dict[str, Json]:
    """Old exports are the chat itself."""
    said = fields(value)
    return fields(said["chat"]) if isinstance(said.get("chat"), dict) else said


def thread(value: Json) -> Thread:
    said, chat = fields(value), _chat(value)
    history = fields(chat.get("history"))
    made = Thread(
        source=SOURCE,
        account=key(said.get("user_id")),
        key=key(said.get("id")) or key(chat.get("id")),
        title=text(said.get("title")) or text(chat.get("title")),
        created_at=moment(said.get("created_at")) or moment(chat.get("timestamp")),
        updated_at=moment(said.get("updated_at")),
        current=key(history.get("currentId")) or None,
        settings={
            "pinned": said.get("pinned") is True,
            "archived": said.get("archived") is True,
            "system_prompt": text(fields(chat.get("params")).get("system")),
        },
        kept={
            **{name: part for name, part in said.items() if name not in ("chat", "messages")},
            "chat": {
                name: part for name, part in chat.items() if name not in ("history", "messages")
            },
        },
    )
    messages = fields(history.get("messages"))
    for name, raw in messages.items():
        made.nodes.append(_node(key(name), fields(raw), made.not_shown))
    if not messages:
        listed = objects(chat.get("messages"))
        made.nodes = [
            _node(key(raw.get("id")) or str(at), raw, made.not_shown)
            for at, raw in enumerate(listed)
        ]
        one_after_another(made.nodes)
    return made


def _node(name: str, raw: dict[str, Json], not_shown: Counter[str]) -> Node:
    role = str(raw.get("role"))
    node = Node(
        id=name,
        parent=key(raw.get("parentId")) or None,
        role=role if role in (USER, ASSISTANT) else KEPT,
        created_at=moment(raw.get("timestamp")),
        json=raw,
    )
    if node.role == KEPT:
        not_shown[SYSTEM if role == "system" else UNKNOWN] += 1
        return node
    if raw.get("output"):
        _say_items(node, objects(raw["output"]), not_shown)
    if not node.text:
        _say_html(node, words_of(raw.get("content")))
    files = [text(each.get("name")) or "file" for each in objects(raw.get("files"))]
    not_shown[FILES] += len(files)
    node.text = joined([node.text, *(f"[{name}]" for name in files)])
    if node.role == ASSISTANT:
        model = text(raw.get("model")) or text(raw.get("modelName"))
        status = "interrupted" if raw.get("done") is False else "finished"
        node.runs = [{"provider": SOURCE, "model": model, "status": status}]
    return node


def _say_items(node: Node, output: list[dict[str, Json]], not_shown: Counter[str]) -> None:
    for item in output:
        match item.get("type"):
            case "message":
                node.text = joined([node.text, words_of(item.get("content"))])
            case "reasoning":
                said = words_of(item.get("content")) or words_of(item.get("summary"))
                node.reasoning = joined([node.reasoning, said])
            case "function_call":
                arguments = text(item.get("arguments"))
                node.calls.append(call(item.get("call_id"), item.get("name"), arguments))
            case "function_call_output":
                not_shown[TOOL_RESULTS] += 1
            case _:
                not_shown[UNKNOWN] += 1


def _say_html(node: Node, words: str) -> None:
    """Reasoning and calls are taken out of the text, into which old versions wrote them."""

    def taken(found: re.Match[str]) -> str:
        about = dict(ATTRIBUTE.findall(found["attributes"]))
        match about.get("type"):
            case "reasoning":
                inside = QUOTED.sub("", html.unescape(found["inside"]).strip())
                node.reasoning = joined([node.reasoning, inside])
            case "tool_calls":
                arguments = html.unescape(about.get("arguments", ""))
                name = html.unescape(about.get("name", ""))
                node.calls.append(call(about.get("id"), name, arguments))
            case _:
                return found[0]
        return ""

    node.text = DETAILS.sub(taken, words) if "<details" in words else words
