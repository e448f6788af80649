"""What a share keeps, as plain data: a part that was not chosen has no name in it. Pure.

    {"version": 1, "messages": [{"role": "user", "text": "…", "written_at": "2026-…"}, …]}

An answer also has its `model`, `"whole": false` if it was still being written or broke off, the
`sources` that it names (`url`, `title`) and, if they were chosen, `reasoning` and `calls` (of
tools: `name`, `arguments`, `state`, and `result` if there is one). Where these do not follow each
other as usual, first what it thought, then its text, then its calls, `parts` says how they
alternate: rows with a `kind` and, for texts and thoughts, a `size` in characters, for pictures the
`file`. A message has its `files` (`id`, `name`, `size`, `pages`, `picture`), if they were chosen;
their bytes are where they were. Whoever reads it takes what it knows, so more can be added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from conversations.answers.parts import CALL, PICTURE, TEXT, THOUGHT, usual

VERSION = 1

REASONING, TOOLS, FILES = PARTS = ("reasoning", "tools", "files")
"""What can be chosen besides the text."""


@dataclass(frozen=True, slots=True)
class SharedCall:
    """A call of a tool; `state` as the journal names it."""

    name: str
    arguments: str
    state: str
    result: str = ""


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
    parts: Sequence[Mapping[str, Any]] = ()

    @property
    def pieces(self) -> list[SharedPiece]:
        """What it consists of, in order: all of it, whatever its `parts` say."""
        pieces, at, calls = [], {TEXT: 0, THOUGHT: 0}, list(self.calls)
        words = {TEXT: self.text, THOUGHT: self.reasoning}
        rest = usual(self.text, self.reasoning, [{} for _ in calls])
        files = {file.pk: file for file in self.files}
        for row in (*self.parts, *rest):
            kind = row["kind"]
            if kind == CALL and calls:
                pieces.append(SharedPiece(CALL, call=calls.pop(0)))
            elif kind == PICTURE and row["file"] in files:
                pieces.append(SharedPiece(PICTURE, file=files.pop(row["file"])))
            elif kind in words:
                end = at[kind] + row["size"]
                if piece := words[kind][at[kind] : end]:
                    pieces.append(SharedPiece(kind, piece))
                at[kind] = min(end, len(words[kind]))
        return pieces


class SharedPiece(NamedTuple):
    """A text, a thought, a call, or a picture."""

    kind: str
    text: str = ""
    call: SharedCall | None = None
    file: SharedFile | None = None


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
                SharedCall(call["name"], call["arguments"], call["state"], call.get("result", ""))
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
            parts=list(each.get("parts", ())),
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
        found["calls"] = [_call(call) for call in message.calls]
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
    if message.parts:
        found["parts"] = [dict(row) for row in message.parts]
    return found


def _call(call: SharedCall) -> dict[str, str]:
    result = {"result": call.result} if call.result else {}
    return {"name": call.name, "arguments": call.arguments, "state": call.state} | result
