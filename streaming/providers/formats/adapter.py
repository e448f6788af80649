"""A wire format as the HTTP side needs it: what to call, how to sign it, how to read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from streaming.events import Failed
from streaming.providers.base import ChatRequest, Parser
from streaming.providers.config import ProviderConfig


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request; `path` is put behind the provider's base URL.

    `at_root`: behind what that URL is without the version at its end.
    """

    path: str
    body: Mapping[str, Any] | None = None
    method: str = "POST"
    at_root: bool = False


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
