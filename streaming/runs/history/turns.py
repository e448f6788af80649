"""An answer with calls as the turns that models are told: its rounds, and the text after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conversations.answers.parts import CALL, PICTURE, TEXT, THOUGHT, AnswerParts
from conversations.models import Message
from streaming.journal.snapshot import parts_of
from streaming.journal.tool_calls import FAILED, RUN, WAITING, AnswerCall, AnswerCalls
from streaming.providers.base import ChatMessage, ToolCall

EMPTY = "(The tool returned nothing.)"


@dataclass(slots=True)
class Round:
    """Text, then calls that all have results; `generation` made them."""

    text: str = ""
    calls: list[AnswerCall] = field(default_factory=list)
    generation: int = 0

    def messages(self, opaque: Mapping[int, Any]) -> list[ChatMessage]:
        """The turn of the model, and the results of its calls."""
        calls = tuple(ToolCall(call.id, call.name, call.arguments) for call in self.calls)
        said = ChatMessage("assistant", self.text, calls, opaque=opaque.get(self.generation))
        return [said, *(_result(call) for call in self.calls)]


@dataclass(slots=True)
class Turns:
    """All rounds of an answer, and the `rest` of its text after them."""

    rounds: list[Round]
    rest: str = ""

    def messages(self, opaque: Mapping[int, Any]) -> list[ChatMessage]:
        return [said for each in self.rounds for said in each.messages(opaque)]


def of_message(message: Message) -> Turns:
    """Of an answer, as far as it is folded into its message."""
    return turns(parts_of(message), AnswerCalls(message.tool_calls).all, message.tool_calls)


def of_rows(
    text: str, calls: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]
) -> Turns:
    """Of what a message keeps."""
    return turns(AnswerParts.of(rows, text, "", calls), AnswerCalls(calls).all, calls)


def turns(
    parts: AnswerParts, calls: Sequence[AnswerCall], rows: Sequence[Mapping[str, Any]]
) -> Turns:
    """A call without a result is no call, and what is around it one text. What one generation
    wrote after its own calls stands before them: their results come after all of it.
    """
    found, now = list[Round](), Round()
    for part in parts.all:
        if part.kind == TEXT:
            if now.calls and part.sizes[0][0] != now.generation:
                found.append(now)
                now = Round()
            now.text += part.text
        elif part.kind == CALL and calls[part.number].result is not None:
            now.generation = rows[part.number]["generation"]
            now.calls.append(calls[part.number])
    if now.calls:
        return Turns([*found, now])
    return Turns(found, now.text)


def _result(call: AnswerCall) -> ChatMessage:
    is_error = call.state == FAILED
    return ChatMessage("tool", call.result or EMPTY, tool_call_id=call.id, is_error=is_error)


def undecided(calls: Sequence[AnswerCall]) -> bool:
    """Whether somebody has to decide about a call before the answer can continue."""
    return any(call.is_undecided for call in calls)


def is_asking(message: Message) -> bool:
    """Whether somebody has to decide about a call of this answer before it can continue."""
    return bool(message.tool_calls) and undecided(AnswerCalls(message.tool_calls).all)


def is_due(message: Message) -> bool:
    """Whether the model has not been told yet what its last calls came to, or come to: no later
    generation said anything after them, and all is decided.

    Some models end a turn with calls by a few words more; and thoughts that no text followed are
    thought again.
    """
    if not message.tool_calls:
        return False
    parts, calls = parts_of(message).all, AnswerCalls(message.tool_calls).all
    last = max((at for at, part in enumerate(parts) if part.kind == CALL), default=None)
    if last is None or undecided(calls):
        return False
    own = parts[last].sizes[0][0]
    said = (part for part in parts[last + 1 :] if part.kind == PICTURE or part.text.strip())
    if any(
        generation != own for part in said if part.kind != THOUGHT for generation, _ in part.sizes
    ):
        return False
    call = calls[parts[last].number]
    return call.state == WAITING or (call.result is not None and call.state != RUN)
