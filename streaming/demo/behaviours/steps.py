"""What a script can make an upstream do, in no wire format."""

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
    """The open call is whole."""

    after: float = 0.0


@dataclass(frozen=True, slots=True)
class KeepAlive:
    """Bytes that say nothing but that the upstream lives."""

    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes as they are, in no format."""

    payload: bytes
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Hang:
    """Nothing more ever comes, and the connection stays."""

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
    """An error inside a stream that had begun with 200; then the body ends."""

    problem: Problem
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Finish:
    """The proper end."""

    reason: FinishWord = "stop"
    after: float = 0.0


ContentStep = Text | Timestamp | CallStart | Arguments | CallEnd | KeepAlive | Raw
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
    """An answer. `exact`: its pace is never changed; `usage_always`: usage in every chunk.

    Only a background answer plays what follows a `Hang`, `Disconnect` or `Unterminated`.
    """

    steps: Iterator[Step]
    exact: bool = False
    usage_always: bool = False


@dataclass(frozen=True, slots=True)
class Unstreamed:
    """An answer that comes whole, although a stream was asked for."""

    answer: Stream


@dataclass(frozen=True, slots=True)
class Malformed:
    """Something that is no answer in any format."""

    steps: Iterator[Step]
    content_type: str = "text/event-stream"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Redirect:
    """The answer is said to be elsewhere."""

    location: str


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Not even a header comes."""


@dataclass(frozen=True, slots=True)
class RateLimited:
    """Refused for now, with the wait; whoever asks again after it gets `then`."""

    seconds: float
    then: Stream


Reply = Stream | Problem | NoAnswer | RateLimited | Unstreamed | Malformed | Redirect


def tokens(characters: int) -> int:
    """How many tokens that many characters are taken for."""
    return -(-characters // CHARACTERS_PER_TOKEN)


def limited(steps: Iterator[Step], max_tokens: int) -> Iterator[Step]:
    """The steps as far as the budget goes, then `Finish("length")` if it did not reach."""
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
