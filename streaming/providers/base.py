"""The words between a run and whoever answers it: ChatRequest, Provider."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

from streaming.events import Event, Failed
from streaming.providers.config import ProviderConfig, ResumeMode
from streaming.providers.model_facts import ModelFacts

__all__ = [
    "Backpressure",
    "ChatMessage",
    "ChatRequest",
    "Provider",
    "Recorder",
    "Replay",
    "ResumeMode",
    "Role",
    "SentFile",
    "Tool",
    "ToolCall",
]

Role: TypeAlias = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True)
class Tool:
    """A function the model may call; `parameters` is a JSON schema."""

    name: str
    description: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A finished call as the model made it; `arguments` is its whole argument string."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it goes to a provider: in a size that this one takes.

    `data` is empty for a document that goes as its `text`, and for a picture that does not go, of
    which `text` says why. `width` and `height` are a picture's.
    """

    kind: Literal["image", "document"]
    media_type: str
    name: str
    data: bytes = field(default=b"", repr=False)
    text: str = field(default="", repr=False)
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One turn. `opaque` is what a parser kept for the next request, sent back verbatim.

    A `tool` message answers the call named by `tool_call_id`; `is_error`: that call failed. Opaque
    items of another wire format are ignored; the caller drops those of another provider or model.
    """

    role: Role
    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""
    opaque: Mapping[str, Any] | None = None
    files: tuple[SentFile, ...] = ()
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class Replay:
    """Not a new answer but the rest of one that the upstream still holds.

    `after` is the last sequence number whose text was kept, `partial` all text kept so
    far, `calls` the ids of the tool calls that had already ended.
    """

    response_id: str
    after: int
    partial: str = ""
    calls: frozenset[str] = frozenset()


class Backpressure(Protocol):
    """Slows the reading of an answer to the speed at which it is kept."""

    def when_due(self, read: Callable[[], None]) -> None:
        """Call back when what came is to be read; maybe now."""


class Recorder(Protocol):
    """Takes in the body of a response as it comes."""

    def begin(self, config: ProviderConfig) -> None:
        """A body from this provider follows."""

    def feed(self, data: bytes) -> None: ...

    def end(self) -> None:
        """The body ended, in whatever way."""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What to ask. `prefill` is assistant text that the model must continue.

    `parameters` use our names: max_tokens, temperature, top_p, stop, seed,
    reasoning_effort, extra_body; each is sent only if it is here and the model takes it.
    `largest_picture` is how many bytes a picture of the answer may have.
    `record` is handed what comes back, and `backpressure` is waited for before more of it is read.
    """

    model: str
    messages: tuple[ChatMessage, ...]
    system: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    prefill: str = ""
    tools: tuple[Tool, ...] = ()
    replay: Replay | None = None
    largest_picture: int = 12 * 1024 * 1024
    record: Recorder | None = field(default=None, compare=False, repr=False)
    backpressure: Backpressure | None = field(default=None, compare=False, repr=False)


class Provider(Protocol):
    """One upstream. Raises nothing but CancelledError: all else arrives as `Failed`."""

    @property
    def config(self) -> ProviderConfig: ...

    @property
    def facts(self) -> Mapping[str, ModelFacts]:
        """What the server's last list said of its models."""
        ...

    def stream(self, request: ChatRequest) -> AsyncGenerator[Sequence[Event], None]:
        """One batch per network read: (StreamOpened,) once a 2xx came, then the answer.

        The last event of the last batch is `Finished` or `Failed`. When the generator is
        cancelled or closed, the upstream connection is closed before it returns: wrap it
        in `contextlib.aclosing`, for a cancel may arrive while you hold a batch.
        """
        ...

    async def cancel(self, response_id: str) -> Failed | None:
        """End an answer that is written without a connection; why that failed, if it did."""
        ...

    async def load(self) -> int | None:
        """How many requests the server works on; None where it does not say."""
        ...

    async def models(self) -> tuple[str, ...]:
        """The configured model ids, else the server's own list, else nothing."""
        ...

    async def describe(self) -> None:
        """Ask for the `facts`, if nothing is known and the server has a list."""
        ...
