"""A wire format as the HTTP side needs it: what to call, how to sign it, how to read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from streaming.events import Event, Failed
from streaming.providers.base import ChatRequest
from streaming.providers.config import ProviderConfig
from streaming.providers.formats.parsing.think_tags import ThinkTags


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request; `path` is put behind the provider's base URL.

    `at_root`: behind what that URL is without the version at its end.
    """

    path: str
    body: Mapping[str, Any] | None = None
    method: str = "POST"
    at_root: bool = False


class Parser(Protocol):
    """A wire format's state machine: bytes in, events out; no I/O and no clock.

    After a `Finished` or `Failed` it stays silent. `tags` tell thoughts that stand in the text;
    None: they are left there.
    """

    tags: ThinkTags | None

    @property
    def response_id(self) -> str:
        """The answer's id upstream, empty until known."""

    @property
    def cursor(self) -> int | None:
        """The last sequence number seen, where the format has them and they are sound."""

    @property
    def opaque(self) -> Mapping[str, Any] | None:
        """What the next request must send back verbatim (ChatMessage.opaque)."""

    @property
    def concluded(self) -> bool:
        """Whether a finish reason came, and nothing of the answer after it: what follows can
        only be usage and the end.
        """

    def feed(self, data: bytes) -> list[Event]: ...

    def finish(self, *, trusted: bool = True) -> list[Event]:
        """The body ended cleanly; `trusted` unless only a hang-up marked its end."""

    def fail(self, failed: Failed) -> list[Event]:
        """The transport broke: the end if upstream had announced it, else what is known and
        this failure.
        """


@dataclass(frozen=True, slots=True)
class Wire:
    """`models_path` is empty where a server has no list; `models` are those known without.

    `cancel`, where there is one, ends an answer that goes on behind a closed connection.
    `refusal` says why a request is not sent at all.
    """

    call: Callable[[ProviderConfig, ChatRequest], Call]
    headers: Callable[[ProviderConfig], dict[str, str]]
    parser: Callable[[ProviderConfig, ChatRequest], Parser]
    models_path: str = "/models"
    models: tuple[str, ...] = ()
    cancel: Callable[[str], Call] | None = None
    refusal: Callable[[ProviderConfig, ChatRequest], Failed | None] = lambda config, request: None


def bearer(config: ProviderConfig) -> dict[str, str]:
    return {"Authorization": f"Bearer {config.api_key}"} if config.api_key else {}
