"""A wire format as the HTTP side needs it: what to call, how to sign it, how to read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from streaming.events import Failed
from streaming.providers.base import ChatRequest
from streaming.providers.config import ProviderConfig
from streaming.providers.formats.parsing.stream_parser import StreamParser


@dataclass(frozen=True, slots=True)
class HttpCall:
    """One HTTP request; `path` follows the provider's base URL.

    `at_root`: it follows that URL without the version at its end.
    """

    path: str
    body: Mapping[str, Any] | None = None
    method: str = "POST"
    at_root: bool = False


@dataclass(frozen=True, slots=True)
class FormatAdapter:
    """`models_path` is empty where a server has no list; `models` are then the known ones.

    `cancel`, where there is one, ends an answer that upstream writes without a connection.
    `refusal` says why a request is not sent at all.
    """

    call: Callable[[ProviderConfig, ChatRequest], HttpCall]
    headers: Callable[[ProviderConfig], dict[str, str]]
    parser: Callable[[ProviderConfig, ChatRequest], StreamParser]
    models_path: str = "/models"
    models: tuple[str, ...] = ()
    cancel: Callable[[str], HttpCall] | None = None
    refusal: Callable[[ProviderConfig, ChatRequest], Failed | None] = lambda config, request: None


def bearer(config: ProviderConfig) -> dict[str, str]:
    return {"Authorization": f"Bearer {config.api_key}"} if config.api_key else {}
