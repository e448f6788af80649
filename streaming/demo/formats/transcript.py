"""What an answer has been so far: its parts in order, and its usage in tokens."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from streaming.demo.behaviours.steps import (
    Channel,
    FinishWord,
    MediaStep,
    Picture,
    Search,
    tokens,
)


@dataclass(slots=True)
class Part:
    """A run of one channel, a tool call (`pieces` are then those of its arguments), a picture (its
    base64) or a search (its query). `sources` are addresses with their titles.
    """

    kind: Channel | Literal["call", "picture", "search"]
    pieces: list[str] = field(default_factory=list)
    id: str = ""
    name: str = ""
    sources: list[tuple[str, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The pieces joined, split surrogate pairs made whole."""
        joined = "".join(self.pieces)
        return joined.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@dataclass(slots=True)
class Transcript:
    """One answer so far; `usage_always`: the client gets its usage in every chunk."""

    input_characters: int = 0
    usage_always: bool = False
    parts: list[Part] = field(default_factory=list)
    characters: int = 0
    reasoning_characters: int = 0
    finish: FinishWord | None = None
    seconds: float = 0.0

    def add_text(self, channel: Channel, text: str) -> None:
        if not self.parts or self.parts[-1].kind != channel:
            self.parts.append(Part(channel))
        self.parts[-1].pieces.append(text)
        self.characters += len(text)
        if channel == "reasoning":
            self.reasoning_characters += len(text)

    def add_call(self, call_id: str, name: str) -> None:
        self.parts.append(Part("call", [], call_id, name))

    def add_arguments(self, text: str) -> None:
        self.parts[-1].pieces.append(text)
        self.characters += len(text)

    def add_media(self, step: MediaStep) -> None:
        if isinstance(step, Picture):
            self.parts.append(Part("picture", [step.data]))
        elif isinstance(step, Search):
            self.parts.append(Part("search", [step.query], sources=list(step.results)))
        else:
            self.parts[-1].sources.append((step.url, step.title))

    def joined(self, channel: Channel) -> str:
        """The whole text of a channel."""
        return "".join(part.text for part in self.parts if part.kind == channel)

    @property
    def calls(self) -> list[Part]:
        return [part for part in self.parts if part.kind == "call"]

    @property
    def pictures(self) -> list[Part]:
        return [part for part in self.parts if part.kind == "picture"]

    @property
    def sources(self) -> list[tuple[str, str]]:
        """Those that the text names."""
        return [source for part in self.parts if part.kind == "text" for source in part.sources]

    @property
    def input_tokens(self) -> int:
        return tokens(self.input_characters)

    @property
    def output_tokens(self) -> int:
        return tokens(self.characters)

    @property
    def reasoning_tokens(self) -> int:
        return tokens(self.reasoning_characters)


def arguments_of(call: Part) -> Any:
    """As JSON where they are it: a model can be told to write something else."""
    try:
        return json.loads(call.text or "{}")
    except ValueError:
        return call.text
