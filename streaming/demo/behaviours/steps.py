"""What a behaviour can make an upstream do: the steps of an answer, and the other replies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

Channel = Literal["text", "reasoning", "refusal"]
FinishWord = Literal["stop", "length", "tool_calls", "content_filter", "refusal", "pause"]
CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Text:
    """A delta of what the model says. `after`: seconds since the step before was due."""

    text: str
    after: float = 0.0
    channel: Channel = "text"


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A delta that is made at the moment of its writing, from `time.time()`."""

    make: Callable[[float], str]
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class CallStart:
    """A tool call begins; one at a time."""

    id: str
    name: str
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Arguments:
    """A piece of the open call's argument string."""

    text: str
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class CallEnd:
    """The open call is complete."""

    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in PNG; `data` is base64."""

    data: str
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Search:
    """The server searches the web; `results` are addresses with their titles."""

    query: str
    results: tuple[tuple[str, str], ...]
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Source:
    """The text before it is taken from there."""

    url: str
    title: str
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class KeepAlive:
    """A keep-alive of the wire format: it shows only that the upstream is alive."""

    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes sent as they are, in no wire format."""

    payload: bytes
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Hang:
    """Nothing more is ever sent, and the connection stays open."""

    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Disconnect:
    """The connection is closed inside the body."""

    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Unterminated:
    """The body ends properly, but without the format's terminal signal."""

    after: float = 0.0


@dataclass(frozen=True, slots=True)
class StreamError:
    """An error inside a stream that began with status 200; then the body ends."""

    problem: Problem
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Finish:
    """The proper end."""

    reason: FinishWord = "stop"
    after: float = 0.0


MediaStep = Picture | Search | Source
ContentStep = Text | Timestamp | CallStart | Arguments | CallEnd | MediaStep | KeepAlive | Raw
EndStep = Hang | Disconnect | Unterminated | StreamError | Finish
Step = ContentStep | EndStep


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as an upstream reports it, as a status or inside a stream."""

    status: int
    type: str
    message: str
    code: str | None = None
    retry_after: float | None = None

    @property
    def plain_status(self) -> int:
        """The status in a format that has no codes to tell an empty account from a rate limit."""
        return 402 if self.code == "insufficient_quota" else self.status


class RequestRefused(Exception):
    """The request cannot be read or served; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer. `exact`: its timing is never changed; `usage_always`: usage in every chunk.

    Only a background answer plays what follows a `Hang`, `Disconnect` or `Unterminated`.
    """

    steps: Iterator[Step]
    exact: bool = False
    usage_always: bool = False


@dataclass(frozen=True, slots=True)
class Unstreamed:
    """An answer in one piece, although a stream was asked for."""

    answer: Stream


@dataclass(frozen=True, slots=True)
class Malformed:
    """A body that is no answer in any wire format."""

    steps: Iterator[Step]
    content_type: str = "text/event-stream"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Redirect:
    """A redirect to another address."""

    location: str


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing is sent at all, not even the headers."""


@dataclass(frozen=True, slots=True)
class RateLimited:
    """Refused with a time to wait; the same prompt asked again after that gets `then`."""

    seconds: float
    then: Stream


Reply = Stream | Problem | NoAnswer | RateLimited | Unstreamed | Malformed | Redirect


def tokens(characters: int) -> int:
    """The number of tokens that stands for that many characters."""
    return -(-characters // CHARACTERS_PER_TOKEN)


def within_budget(steps: Iterator[Step], max_tokens: int) -> Iterator[Step]:
    """The steps within the budget, then `Finish("length")` if there were more."""
    left = max_tokens * CHARACTERS_PER_TOKEN
    for step in steps:
        if isinstance(step, Text):
            if len(step.text) > left:
                if left:
                    yield Text(step.text[:left], step.after, step.channel)
                yield Finish("length")
                return
            left -= len(step.text)
        yield step
