"""Exports of other programs as they look, with made-up talk, and a house full of this one's own."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User

from conversations.models import Conversation, Message
from conversations.transfer.opening.bounds import Bounds
from streaming.journal import store
from streaming.models import Generation, QueuedPrompt

Json = Any
BOUNDS = Bounds(members=1000, unpacked=2**30, ratio=200, element=2**22, depth=2000)


ASKED = {"system_prompt": "Be kind", "parameters": {"temperature": 0.5}}


def zipped(files: Mapping[str, Json]) -> bytes:
    """A zip; what is no bytes is written as JSON."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in files.items():
            archive.writestr(name, value if isinstance(value, bytes) else json.dumps(value))
    return made.getvalue()


def turn(
    name: str, parent: str | None, role: str = "", *parts: Json, **message: Json
) -> tuple[str, Json]:
    """A node of ChatGPT's mapping; without a role the root."""
    said: Json = None
    if role:
        kind = "text" if all(isinstance(part, str) for part in parts) else "multimodal_text"
        said = {
            "id": name,
            "author": {"role": role, "name": None, "metadata": {}},
            "create_time": 1_700_000_000.5,
            "status": "finished_successfully",
            "weight": 1.0,
            "recipient": "all",
            "content": {"content_type": kind, "parts": list(parts)},
            "metadata": {},
        } | message
    return name, {"id": name, "parent": parent, "children": [], "message": said}


def chatgpt(*nodes: tuple[str, Json], pk: str = "c-1", **more: Json) -> Json:
    mapping = dict(nodes)
    for name, node in mapping.items():
        if node["parent"] in mapping:
            mapping[node["parent"]]["children"].append(name)
    return {
        "id": pk,
        "conversation_id": pk,
        "title": "Of tides",
        "create_time": 1_700_000_000.25,
        "update_time": "1700000100.5",
        "current_node": nodes[-1][0] if nodes else None,
        "default_model_slug": "gpt-4o",
        "is_archived": False,
        "is_starred": True,
        "mapping": mapping,
    } | more


def tides(**more: Json) -> Json:
    """A prompt that was asked twice, thought about, looked up, and answered twice."""
    return chatgpt(
        turn("root", None),
        turn("hidden", "root", "system", "Be brief", weight=0),
        turn("ask", "hidden", "user", "Why are there tides?"),
        turn("first", "ask", "assistant", "The moon.", metadata={"model_slug": "gpt-4"}),
        turn(
            "think",
            "ask",
            "assistant",
            content={
                "content_type": "thoughts",
                "thoughts": [{"summary": "Moon", "content": "It pulls.", "chunks": []}],
            },
        ),
        turn(
            "look",
            "think",
            "assistant",
            content={"content_type": "code", "language": "unknown", "text": "search('tides')"},
            recipient="web.run",
        ),
        turn("seen", "look", "tool", "Pages about tides"),
        turn("second", "seen", "assistant", "The moon, and the sun."),
        turn("thanks", "second", "user", "Thanks", {"content_type": "image_asset_pointer"}),
        **more,
    )


def claude(**more: Json) -> Json:
    return {
        "uuid": "aaaa-1",
        "name": "Of bees",
        "summary": "",
        "created_at": "2026-01-02T03:04:05.678901Z",
        "updated_at": "2026-01-02T04:04:05Z",
        "account": {"uuid": "me"},
        "chat_messages": [
            {
                "uuid": "m1",
                "sender": "human",
                "text": "Read this",
                "content": [{"type": "text", "text": "Read this"}],
                "created_at": "2026-01-02T03:04:06Z",
                "attachments": [{"file_name": "bees.txt", "extracted_content": "Buzz ``` buzz"}],
                "files": [{"file_name": "hive.png"}],
            },
            {
                "uuid": "m2",
                "sender": "assistant",
                "text": "flattened",
                "content": [
                    {"type": "thinking", "thinking": "Hm.", "signature": "sealed"},
                    {"type": "tool_use", "id": "t1", "name": "look", "input": {"at": "hive"}},
                    {"type": "tool_result", "tool_use_id": "t1", "content": []},
                    {
                        "type": "text",
                        "text": "They dance.",
                        "citations": [
                            {
                                "start_index": 5,
                                "end_index": 10,
                                "details": {"url": "https://bees.example/a", "title": "Dance"},
                            }
                        ],
                    },
                ],
                "created_at": "2026-01-02T03:04:07Z",
            },
        ],
    } | more


def open_webui(**more: Json) -> Json:
    reasoning = (
        '<details type="reasoning" done="true" duration="3">\n<summary>Thought</summary>\n'
        "&gt; It is &quot;deep&quot;\n</details>\nThe sea."
    )
    call = (
        '<details type="tool_calls" done="true" id="t1" name="depth" '
        'arguments="{&quot;at&quot;: 1}" result="x"></details>\nDeep.'
    )
    messages = {
        "u1": {"id": "u1", "parentId": None, "childrenIds": ["a1"], "role": "user", "content": "?"},
        "a1": {
            "id": "a1",
            "parentId": "u1",
            "role": "assistant",
            "content": reasoning,
            "model": "m",
        },
        "a2": {"id": "a2", "parentId": "u1", "role": "assistant", "content": call, "done": False},
        "a3": {
            "id": "a3",
            "parentId": "u1",
            "role": "assistant",
            "content": "flat",
            "output": [
                {"type": "reasoning", "content": [{"type": "output_text", "text": "Hm"}]},
                {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
                {"type": "message", "content": [{"type": "output_text", "text": "So deep."}]},
            ],
        },
    }
    return {
        "id": "w-1",
        "user_id": "me",
        "title": "Of the sea",
        "created_at": 1_700_000_000,
        "updated_at": 1_700_000_500,
        "pinned": True,
        "archived": False,
        "chat": {
            "title": "Of the sea",
            "models": ["m", "n"],
            "params": {"system": "Be salty"},
            "history": {"currentId": "a2", "messages": messages},
        },
    } | more


def librechat(**more: Json) -> Json:
    return {
        "conversationId": "l-1",
        "title": "Of owls",
        "endpoint": "openAI",
        "options": {"model": "gpt-x", "promptPrefix": "Hoot"},
        "recursive": True,
        "messages": [
            {
                "messageId": "r",
                "parentMessageId": "00000000-0000-0000-0000-000000000000",
                "isCreatedByUser": True,
                "text": "Who?",
                "createdAt": "2026-02-01T00:00:00.000Z",
                "children": [
                    {
                        "messageId": "s",
                        "parentMessageId": "r",
                        "isCreatedByUser": False,
                        "content": [
                            {"type": "think", "think": "Night"},
                            {"type": "text", "text": {"value": "An owl."}},
                        ],
                        "createdAt": "2026-02-01T00:00:01.000Z",
                        "children": [],
                    },
                    {
                        "messageId": "t",
                        "parentMessageId": "r",
                        "isCreatedByUser": False,
                        "text": "A bat.",
                        "createdAt": "2026-02-01T00:00:02.000Z",
                    },
                ],
            }
        ],
    } | more


def plain(*said: tuple[str, str]) -> Json:
    return [{"role": role, "content": words} for role, words in said]


def house(owner: User) -> Conversation:
    """A conversation in which every feature was used."""
    thread = Conversation.objects.create(
        owner=owner,
        title="All of it",
        pinned=True,
        provider="puppet",
        model="teller",
        system_prompt="Be kind",
        parameters={"temperature": 0.5, "stop": ["END"]},
        parameters_revision=3,
    )
    ask = _message(thread, None, "user", "Tell me. \U0001f4a1")
    answer = _message(thread, ask, "assistant", "One two three", reasoning="Counting")
    began = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
    first = _run(answer, owner, 0, 7, status="cancelled", created_at=began, usage_source="reported")
    _run(
        answer,
        owner,
        7,
        13,
        resume_mode="prefill",
        finish_reason="stop",
        warnings=[{"code": "x", "message": "y"}],
    )
    edit = _run(answer, owner, 0, 13, replaced=3)
    store.keep_original(edit.pk, "Uno")
    answer.tool_calls = [
        {"id": "c", "name": "f", "arguments": "{}", "state": "made", "generation": first.pk}
    ]
    answer.save()
    other = _message(thread, ask, "assistant", "Another")
    _run(other, owner, 0, 4, undone_at=began)
    broken = _run(other, owner, 4, 7, status="failed", error_code="overloaded", error_message="No.")
    Generation.objects.filter(pk=broken.pk).update(opaque={"format": "chat"}, sent=ASKED)
    summary = _message(thread, None, "user", "Sum up", summary_from=ask.pk, summary_to=other.pk)
    later = _message(thread, summary, "assistant", "In short", starts_at=began)
    Conversation.objects.filter(pk=thread.pk).update(
        leaf=later, seen=edit.pk, created_at=began, updated_at=began + timedelta(days=1)
    )
    QueuedPrompt.objects.create(
        conversation=thread, key=uuid.uuid4(), place=0, text="Next", held="stopped"
    )
    thread.refresh_from_db()
    return thread


def _message(
    thread: Conversation, parent: Message | None, role: str, words: str, **more: Any
) -> Message:
    return Message.objects.create(conversation=thread, parent=parent, role=role, text=words, **more)


def _run(answer: Message, owner: User, start: int, end: int, **more: Any) -> Generation:
    created = more.pop("created_at", None)
    row = Generation.objects.create(
        conversation=answer.conversation,
        message=answer,
        requested_by=owner,
        request_key=uuid.uuid4(),
        start_offset=start,
        end_offset=end,
        **({"provider": "puppet", "model": "teller", "status": "finished"} | more),
    )
    Generation.objects.filter(pk=row.pk).update(ended_at=row.created_at)
    if created:
        Generation.objects.filter(pk=row.pk).update(created_at=created)
    return row


def texts(thread: Conversation) -> Sequence[tuple[str, str]]:
    """Role and text of all messages in their order."""
    return list(thread.messages.order_by("pk").values_list("role", "text"))
