"""What a share keeps, as plain data: a part that was not chosen has no name in it. Pure.

    {"version": 1, "messages": [{"role": "user", "text": "…", "written_at": "2026-…"}, …]}

An answer also has its `model`, `"whole": false` if it was still being written or broke off, the
`sources` that it names (`url`, `title`) and, if they were chosen, `reasoning` and `calls` (of
tools: `name`, `arguments`, `state`). A message has its `files` (`id`, `name`, `size`, `pages`,
`picture`), if they were chosen; their bytes are where they were. Whoever reads it takes what it
knows, so further parts can be added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

VERSION = 1

REASONING, TOOLS, FILES = PARTS = ("reasoning", "tools", "files")
"""What can be chosen besides the text."""


@dataclass(frozen=True, slots=True)
class SharedCall:
    """A call of a tool; `state` as the journal names it."""

    name: str
    arguments: str
    state: str


@dataclass(frozen=True, slots=True)
class SharedSource:
    """A web address that an answer names."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file that hangs on a message; `thumbnail`: there is a small picture of it."""

    pk: str
    name: str
    size: int
    pages: int | None = None
    thumbnail: bool = False


@dataclass(frozen=True, slots=True)
class SharedMessage:
    """`written_at` is a moment in ISO 8601."""

    role: str
    text: str
    written_at: str = ""
    model: str = ""
    whole: bool = True
    reasoning: str = ""
    calls: Sequence[SharedCall] = ()
    sources: Sequence[SharedSource] = ()
    files: Sequence[SharedFile] = ()


def as_data(messages: Sequence[SharedMessage]) -> dict[str, Any]:
    return {"version": VERSION, "messages": [_message(each) for each in messages]}


def read(data: Mapping[str, Any]) -> list[SharedMessage]:
    """The messages of a snapshot, the first one first."""
    return [
        SharedMessage(
            role=each["role"],
            text=each["text"],
            written_at=each.get("written_at", ""),
            model=each.get("model", ""),
            whole=each.get("whole", True),
            reasoning=each.get("reasoning", ""),
            calls=[
                SharedCall(call["name"], call["arguments"], call["state"])
                for call in each.get("calls", ())
            ],
            sources=[
                SharedSource(source["url"], source["title"]) for source in each.get("sources", ())
            ],
            files=[
                SharedFile(
                    file["id"],
                    file["name"],
                    file["size"],
                    file.get("pages"),
                    file.get("picture", False),
                )
                for file in each.get("files", ())
            ],
        )
        for each in data.get("messages", ())
    ]


def _message(message: SharedMessage) -> dict[str, Any]:
    found: dict[str, Any] = {"role": message.role, "text": message.text}
    for name in ("written_at", "model", "reasoning"):
        if value := getattr(message, name):
            found[name] = value
    if not message.whole:
        found["whole"] = False
    if message.calls:
        found["calls"] = [
            {"name": call.name, "arguments": call.arguments, "state": call.state}
            for call in message.calls
        ]
    if message.sources:
        found["sources"] = [{"url": each.url, "title": each.title} for each in message.sources]
    if message.files:
        found["files"] = [
            {
                "id": file.pk,
                "name": file.name,
                "size": file.size,
                "pages": file.pages,
                "picture": file.thumbnail,
            }
            for file in message.files
        ]
    return found
