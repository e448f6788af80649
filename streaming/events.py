"""What a provider says while it answers, in our words: one frozen dataclass per event.

A list of events ends with exactly one `Finished` or `Failed`. Absent means unknown: a
field that is None was not given upstream. Pure: imports no other room.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias

FinishReason: TypeAlias = Literal[
    "stop",
    "length",
    "tool_calls",
    "content_filter",
    "refusal",
    "pause",
    "context_window",
    "cancelled",
    "other",
]

ErrorKind: TypeAlias = Literal[
    "billing",
    "context_window",
    "content_filter",
    "rate_limit",
    "auth",
    "permission",
    "not_found",
    "too_large",
    "overloaded",
    "timeout",
    "server",
    "invalid_request",
    "unknown",
    "malformed",
    "truncated",
    "connection",
]


@dataclass(frozen=True, slots=True)
class StreamOpened:
    """The upstream accepted the request; its headers are here, no text yet."""

    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerNoted:
    """What to keep next to the text so far, to replay this answer or to send it back later.

    `cursor` is the number of the last event in or before this batch; `opaque` goes into
    the history (`ChatMessage.opaque`). Said by a provider, never by a parser.
    """

    response_id: str = ""
    cursor: int | None = None
    opaque: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class TextDelta:
    """Text (never empty) to append to the visible answer, with no separator of our own."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """Text (never empty) to append to the thinking channel."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCallStarted:
    """A tool call begins; `index` counts 0, 1, 2 in order of first appearance."""

    index: int
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ToolArgumentsDelta:
    """Text (never empty) to append to that call's argument string."""

    index: int
    text: str


@dataclass(frozen=True, slots=True)
class ToolCallEnded:
    """The call is complete; `arguments` is the whole string, not checked to be JSON."""

    index: int
    arguments: str


@dataclass(frozen=True, slots=True)
class PictureMade:
    """A whole picture of the answer, where it stands between the texts.

    `data` is base64 as it came, not checked; or it is empty, and `url` is an http(s) address
    where the picture lies. `media_type` is what upstream calls it, and may be empty or wrong.
    """

    media_type: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class PictureKept:
    """A picture of the answer that is a file now, as its message tells of it. Said by a run."""

    picture: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cited:
    """A source that the answer names: an http(s) address. Said by a provider, never by a parser."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class UsageReported:
    """Tokens as the provider counted them; at most once, `partial` before a failure."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    total_tokens: int | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None
    partial: bool = False
    cache_write_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class CostReported:
    """What the answer cost, in units of `currency`; at most once."""

    total: float | None = None
    input: float | None = None
    output: float | None = None
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class Warned:
    """Something to tell the reader that does not end the answer."""

    code: str
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """Last event of a complete answer. `inferred`: upstream ended without a reason."""

    reason: FinishReason
    raw: str | None = None
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """Last event of a failed answer. `retryable` says only that trying again may help.

    `retry_after` is in seconds; `status` is the HTTP status, where there was one. `field` is the
    part of the request that the server names beside its words.
    """

    kind: ErrorKind
    retryable: bool
    message: str | None = None
    code: str | None = None
    retry_after: float | None = None
    status: int | None = None
    request_id: str | None = None
    field: str | None = None


Event: TypeAlias = (
    StreamOpened
    | AnswerNoted
    | TextDelta
    | ReasoningDelta
    | ToolCallStarted
    | ToolArgumentsDelta
    | ToolCallEnded
    | PictureMade
    | PictureKept
    | Cited
    | UsageReported
    | CostReported
    | Warned
    | Finished
    | Failed
)

_TYPES: dict[type[Event], str] = {
    StreamOpened: "opened",
    AnswerNoted: "noted",
    TextDelta: "text",
    ReasoningDelta: "reasoning",
    ToolCallStarted: "tool_start",
    ToolArgumentsDelta: "tool_args",
    ToolCallEnded: "tool_end",
    PictureMade: "picture",
    PictureKept: "picture_kept",
    Cited: "cite",
    UsageReported: "usage",
    CostReported: "cost",
    Warned: "warning",
    Finished: "finish",
    Failed: "error",
}


def as_json(event: Event) -> dict[str, Any]:
    """The event as a JSON object: unknown values and lowered flags are left out."""
    body: dict[str, Any] = {"type": _TYPES[type(event)]}
    for field in fields(event):
        value = getattr(event, field.name)
        if value is not None and not (value is False and field.default is False):
            body[field.name] = value
    return body
