"""ChatGPT: conversations with a `mapping` of nodes, of which some are shown there."""

from __future__ import annotations

import re
from collections import Counter

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
    objects,
    text,
)
from conversations.transfer.sources.shapes import (
    HIDDEN,
    IMAGES,
    SYSTEM,
    TOOL_RESULTS,
    UNKNOWN,
    Link,
    call,
    fenced,
    joined,
    linked,
)

SOURCE = "chatgpt"
MARKS = re.compile("\ue200[^\ue201]*\ue201")
"""Where its page puts what it looked up: names of nothing in the file."""

NO_MAPPING = lazy_text("It holds no messages: there is no `mapping` in it.")
PICTURE, SOUND = "[image]", "[audio]"


def matches(value: Json) -> bool:
    said = fields(value)
    return "mapping" in said and (
        "current_node" in said or "conversation_id" in said or "id" in said
    )


def thread(value: Json) -> Thread:
    said = fields(value)
    mapping = said.get("mapping")
    if not isinstance(mapping, dict):
        raise Refused(str(NO_MAPPING))
    made = Thread(
        source=SOURCE,
        key=key(said.get("conversation_id")) or key(said.get("id")),
        title=text(said.get("title")),
        created_at=moment(said.get("create_time")),
        updated_at=moment(said.get("update_time")),
        current=key(said.get("current_node")) or None,
        settings={
            "pinned": said.get("is_starred") is True,
            "archived": said.get("is_archived") is True,
        },
        kept={name: part for name, part in said.items() if name != "mapping"},
    )
    model = text(said.get("default_model_slug"))
    for name, node in mapping.items():
        made.nodes.append(_node(key(name), fields(node), model, made.not_shown))
    return made


def _node(name: str, raw: dict[str, Json], model: str, not_shown: Counter[str]) -> Node:
    message = fields(raw.get("message"))
    about, content = fields(message.get("metadata")), fields(message.get("content"))
    node = Node(
        id=name,
        parent=key(raw.get("parent")) or None,
        role=KEPT,
        created_at=moment(message.get("create_time")),
        json=raw,
    )
    role = fields(message.get("author")).get("role")
    kind = content.get("content_type")
    if not message:
        return node
    if message.get("weight") == 0 or about.get("is_visually_hidden_from_conversation") is True:
        not_shown[HIDDEN] += bool(_words(content, not_shown=None))
    elif role == "assistant" and kind == "thoughts":
        thoughts = objects(content.get("thoughts"))
        node.reasoning = joined(text(each.get("content")) for each in thoughts)
    elif role == "assistant" and message.get("recipient", "all") not in ("all", None, ""):
        said = text(content.get("text")) or _words(content, not_shown=None)
        node.calls = [call(name, message["recipient"], said)]
    elif role == "system" or kind in ("user_editable_context", "model_editable_context"):
        not_shown[SYSTEM] += bool(_words(content, not_shown=None))
    elif role == "tool":
        not_shown[TOOL_RESULTS] += 1
    elif role in (USER, ASSISTANT) and kind != "reasoning_recap":
        _say(node, str(role), message, not_shown)
        if role == ASSISTANT and node.role:
            node.runs = [_run(message, text(about.get("model_slug")) or model)]
    elif kind != "reasoning_recap":
        not_shown[UNKNOWN] += 1
    return node


def _say(node: Node, role: str, message: dict[str, Json], not_shown: Counter[str]) -> None:
    content = fields(message.get("content"))
    words = _words(content, not_shown)
    citations = objects(fields(message.get("metadata")).get("citations"))
    node.text = MARKS.sub("", linked(words, [_link(each) for each in citations]))
    if node.text or content.get("content_type") in ("text", "multimodal_text"):
        node.role = role if node.text else KEPT
    else:
        not_shown[UNKNOWN] += 1


def _words(content: dict[str, Json], not_shown: Counter[str] | None) -> str:
    if content.get("content_type") == "code":
        language = text(content.get("language"))
        return fenced(text(content.get("text")), "" if language == "unknown" else language[:20])
    parts = content.get("parts")
    if not isinstance(parts, list):
        return text(content.get("text"))
    return joined((_part(part, not_shown) for part in items(parts)), "\n")


def _part(part: Json, not_shown: Counter[str] | None) -> str:
    if isinstance(part, str):
        return text(part)
    kind = str(fields(part).get("content_type") or "")
    if kind == "audio_transcription":
        return text(fields(part).get("text"))
    if not_shown is not None:
        not_shown[IMAGES if "image" in kind else UNKNOWN] += 1
    return PICTURE if "image" in kind else SOUND if "audio" in kind else ""


def _link(citation: dict[str, Json]) -> Link:
    about = fields(citation.get("metadata"))
    start, end = citation.get("start_ix"), citation.get("end_ix")
    if not isinstance(start, int) or not isinstance(end, int):
        return Link(-1, -1, "", "")
    return Link(start, end, text(about.get("title")), text(about.get("url")))


def _run(message: dict[str, Json], model: str) -> dict[str, Json]:
    about = fields(message.get("metadata"))
    finish = fields(about.get("finish_details")).get("type")
    broken = message.get("status") == "in_progress" or about.get("is_complete") is False
    return {
        "provider": SOURCE,
        "model": model,
        "status": "cancelled" if finish == "interrupted" else "finished",
        "finish_reason": "length" if finish == "max_tokens" else "",
    } | ({"status": "interrupted"} if broken and finish != "interrupted" else {})
