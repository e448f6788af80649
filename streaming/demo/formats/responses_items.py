"""The objects of wire format `responses`: the response itself, its items, its usage."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Literal

from streaming.demo.behaviours.steps import FinishWord, Problem
from streaming.demo.formats.transcript import Part, Transcript

Status = Literal["in_progress", "completed", "incomplete", "failed", "cancelled"]
_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter", "pause": "other"}


@dataclass(slots=True)
class Envelope:
    """What stays the same in every object of one response."""

    number: int
    model: str
    background: bool
    created: int = field(default_factory=lambda: int(time.time()))

    @property
    def id(self) -> str:
        return f"resp_demo_{self.number}"


def response(
    envelope: Envelope, status: Status, transcript: Transcript, *, problem: Problem | None = None
) -> dict[str, Any]:
    """The response object as it stands."""
    ended = status != "in_progress"
    reason = _INCOMPLETE.get(transcript.finish or "") if status == "incomplete" else None
    return {
        "id": envelope.id,
        "object": "response",
        "created_at": envelope.created,
        "status": status,
        "background": envelope.background,
        "error": {"code": code(problem), "message": problem.message} if problem else None,
        "incomplete_details": {"reason": reason} if reason else None,
        "instructions": None,
        "metadata": {},
        "model": envelope.model,
        "output": [item(envelope, at, part) for at, part in enumerate(transcript.parts)]
        if ended
        else [],
        "parallel_tool_calls": True,
        "temperature": None,
        "tool_choice": "auto",
        "tools": [],
        "top_p": None,
        "usage": _usage(transcript) if status in ("completed", "incomplete") else None,
    }


def status_of(finish: FinishWord | None) -> Status:
    """The status of a response that nobody cancelled and that did not fail."""
    return "incomplete" if finish in _INCOMPLETE else "completed"


def item(envelope: Envelope, at: int, part: Part, *, done: bool = True) -> dict[str, Any]:
    """The output item of a part; a part's first frame shows it empty and not `done`."""
    status = "completed" if done else "in_progress"
    if part.kind == "call":
        return {
            "id": item_id(envelope, at, part),
            "type": "function_call",
            "status": status,
            "call_id": part.id,
            "name": part.name,
            "arguments": part.text,
        }
    if part.kind == "picture":
        kind = {"type": "image_generation_call", "status": status}
        result = part.text if done else None
        return {"id": item_id(envelope, at, part), **kind, "result": result}
    if part.kind == "search":
        action = {"type": "search", "query": part.text}
        kind = {"type": "web_search_call", "status": status}
        return {"id": item_id(envelope, at, part), **kind, "action": action}
    if part.kind == "reasoning":
        summary = [{"type": "summary_text", "text": part.text}] if done else []
        sealed = {"encrypted_content": "ZGVtbw=="} if done else {}
        return {"id": item_id(envelope, at, part), "type": "reasoning", "summary": summary} | sealed
    return {
        "id": item_id(envelope, at, part),
        "type": "message",
        "status": status,
        "role": "assistant",
        "content": [content(part)] if done else [],
    }


def item_id(envelope: Envelope, at: int, part: Part) -> str:
    prefix = {"call": "fc", "reasoning": "rs", "picture": "ig", "search": "ws"}.get(
        part.kind, "msg"
    )
    return f"{prefix}_demo_{envelope.number}_{at}"


def place(envelope: Envelope, at: int, part: Part) -> dict[str, Any]:
    """The fields by which an event of a part names its item, and the part inside it."""
    fields = {"item_id": item_id(envelope, at, part), "output_index": at}
    if part.kind == "reasoning":
        return {**fields, "summary_index": 0}
    return fields if part.kind in ("call", "picture", "search") else {**fields, "content_index": 0}


def content(part: Part) -> dict[str, Any]:
    """The only content part of a message item."""
    if part.kind == "refusal":
        return {"type": "refusal", "refusal": part.text}
    annotations = [annotation(url, title, len(part.text)) for url, title in part.sources]
    return {"type": "output_text", "text": part.text, "annotations": annotations, "logprobs": []}


def annotation(url: str, title: str, end: int) -> dict[str, Any]:
    return {
        "type": "url_citation",
        "url": url,
        "title": title,
        "start_index": max(0, end - 20),
        "end_index": end,
    }


def code(problem: Problem) -> str:
    return problem.code or problem.type


def _usage(transcript: Transcript) -> dict[str, Any]:
    return {
        "input_tokens": transcript.input_tokens,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": transcript.output_tokens,
        "output_tokens_details": {"reasoning_tokens": transcript.reasoning_tokens},
        "total_tokens": transcript.input_tokens + transcript.output_tokens,
    }
