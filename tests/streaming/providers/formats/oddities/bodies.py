"""One known answer in each wire format, to be wrapped in what servers do; and what is read of it.

Its text, thought, usage and end are the same in all formats.
"""

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from streaming.events import (
    Event,
    Failed,
    Finished,
    PictureMade,
    ReasoningDelta,
    TextDelta,
    ToolCallEnded,
    UsageReported,
    Warned,
)
from streaming.providers import config
from streaming.providers.formats.parsing.stream_parser import StreamParser
from streaming.providers.registry import PARSERS
from tests.streaming.providers.formats import vectors

FORMATS: tuple[str, ...] = config.FORMATS
NAMED = ("responses", "messages")
WITH_DONE = ("chat", "responses", "pawa")

PIECES = ("High ", "water ", "at seven.\n")
TEXT = "".join(PIECES)
THOUGHT = "The table says seven."
USAGE = {"input_tokens": 11, "output_tokens": 7}
DONE = "[DONE]"


class Frame(NamedTuple):
    """`data` is an object, or words."""

    data: Any
    name: str = ""

    @property
    def text(self) -> str:
        return self.data if isinstance(self.data, str) else json.dumps(self.data)


@dataclass
class Said:
    """What is read of a body."""

    text: str = ""
    reasoning: str = ""
    finish: str | None = None
    failed: Failed | None = None
    usage: dict[str, int] = field(default_factory=dict)
    warnings: list[tuple[str, str | None]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    pictures: list[PictureMade] = field(default_factory=list)
    sources: list[tuple[str, str]] = field(default_factory=list)

    @property
    def codes(self) -> list[str]:
        return [code for code, _ in self.warnings]


WHOLE = Said(TEXT, THOUGHT, "stop", None, USAGE)


def frames(wire: str, *, thought: str = THOUGHT, pieces: Iterable[str] = PIECES) -> list[Frame]:
    """All of the answer but its end."""
    return [
        *opening(wire),
        *([thinks(wire, thought)] if thought else []),
        *(says(wire, piece) for piece in pieces),
    ]


def opening(wire: str) -> list[Frame]:
    match wire:
        case "messages":
            started = {"id": "msg_t", "role": "assistant", "content": [], "usage": {}}
            return [
                typed("message_start", message=started | {"usage": {"input_tokens": 11}}),
                typed("content_block_start", index=1, content_block=block("thinking", "")),
                typed("content_block_start", index=2, content_block=block("text", "")),
            ]
        case "responses":
            return [typed("response.created", response={"id": "resp_t", "status": "in_progress"})]
    return []


def block(kind: str, text: str) -> dict[str, str]:
    return {"type": kind, kind: text}


def typed(kind: str, **fields: Any) -> Frame:
    return Frame({"type": kind, **fields}, kind)


def thinks(wire: str, thought: str) -> Frame:
    match wire:
        case "chat":
            return Frame(chunk(reasoning_content=thought))
        case "responses":
            place = {"output_index": 0, "summary_index": 0}
            return typed("response.reasoning_summary_text.delta", delta=thought, **place)
        case "messages":
            delta = {"type": "thinking_delta", "thinking": thought}
            return typed("content_block_delta", index=1, delta=delta)
        case "gateway":
            return Frame({"type": "text", "name": "thinking", "content": thought, "index": 0})
    return Frame(envelope(message={"role": "assistant", "reasoning_content": thought}))


def says(wire: str, piece: str) -> Frame:
    match wire:
        case "chat":
            return Frame(chunk(content=piece))
        case "responses":
            place = {"output_index": 1, "content_index": 0}
            return typed("response.output_text.delta", delta=piece, **place)
        case "messages":
            return typed(
                "content_block_delta", index=2, delta={"type": "text_delta", "text": piece}
            )
        case "gateway":
            return Frame({"type": "text", "name": "output", "content": piece, "index": 1})
    return Frame(envelope(message={"role": "assistant", "content": piece}))


def reason(wire: str, word: str = "stop") -> list[Frame]:
    """The finish reason, with usage, where the format has one before its end."""
    match wire:
        case "chat":
            usage = {"prompt_tokens": 11, "completion_tokens": 7}
            choice = {"index": 0, "delta": {}, "finish_reason": word}
            return [Frame({"id": "c", "choices": [choice], "usage": usage})]
        case "messages":
            word = "end_turn" if word == "stop" else word
            usage = {"output_tokens": 7}
            return [typed("message_delta", delta={"stop_reason": word}, usage=usage)]
        case "gateway":
            return [
                Frame(
                    {"type": "text", "name": "output", "content": "", "index": 1}
                    | {"is_final": True}
                )
            ]
        case "pawa":
            closing = {"finish_reason": word, "message": {"role": "assistant", "content": ""}}
            usage = {"tokensIn": 11, "tokensOut": 7}
            return [Frame(envelope(request=[closing], usage=usage))]
    return []


def terminal(wire: str) -> list[Frame]:
    match wire:
        case "chat" | "pawa":
            return [Frame(DONE)]
        case "responses":
            response = {"id": "resp_t", "status": "completed", "output": [], "usage": USAGE}
            return [typed("response.completed", response=response)]
        case "messages":
            return [typed("message_stop")]
    return [Frame({"final": True, "usage": USAGE, "cost": None, "warnings": []})]


def whole(wire: str) -> list[Frame]:
    return [*frames(wire), *reason(wire), *terminal(wire)]


def chunk(**delta: Any) -> dict[str, Any]:
    return {"id": "c", "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}


def envelope(**data: Any) -> dict[str, Any]:
    return {"success": True, "message": "ok", "data": data}


def framed(items: Iterable[Frame], *, between: str = "\n\n", names: bool = True) -> bytes:
    return b"".join(one(item, between=between, names=names) for item in items)


def one(item: Frame, *, between: str = "\n\n", names: bool = True) -> bytes:
    name = f"event: {item.name}\n" if item.name and names else ""
    return f"{name}data: {item.text}{between}".encode()


def said(wire: str, body: bytes) -> Said:
    """Read whole, byte by byte and at random cuts: each time the same."""
    found = read(wire, [body])
    for pieces in _cuts(body):
        assert read(wire, pieces) == found
    return found


def read(wire: str, pieces: Iterable[bytes]) -> Said:
    parser = PARSERS[wire]()
    found = summed(vectors.parsed(parser, pieces))
    found.sources = [(cited.url, cited.title) for cited in parser.builder.sources.take()]
    return found


def summed(events: Iterable[Event]) -> Said:
    found = Said()
    for event in events:
        match event:
            case TextDelta(text):
                found.text += text
            case ReasoningDelta(text):
                found.reasoning += text
            case Finished(reason=reason):
                found.finish = reason
            case Failed():
                found.failed = event
            case Warned(code, message):
                found.warnings.append((code, message))
            case PictureMade():
                found.pictures.append(event)
            case ToolCallEnded(arguments=arguments):
                found.calls.append(arguments)
            case UsageReported():
                found.usage = {
                    name: value
                    for name in ("input_tokens", "output_tokens", "total_tokens")
                    if (value := getattr(event, name)) is not None
                }
    return found


def _cuts(body: bytes) -> Iterator[list[bytes]]:
    yield [body[at : at + 1] for at in range(len(body))]
    dice = random.Random(len(body))
    for _ in range(5):
        edges = sorted(dice.choices(range(len(body) + 1), k=dice.randint(1, 12)))
        yield [body[a:b] for a, b in zip([0, *edges], [*edges, len(body)], strict=True)]


def parser(wire: str) -> StreamParser:
    return PARSERS[wire]()
