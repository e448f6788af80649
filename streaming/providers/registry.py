"""From a configured provider to one that answers."""

from streaming.providers import chat
from streaming.providers.base import Parser
from streaming.providers.client import Client
from streaming.providers.config import ProviderConfig
from streaming.providers.upstream import Upstream
from streaming.providers.wire import Wire

_WIRES: dict[str, Wire] = {"chat": chat.WIRE}
PARSERS: dict[str, type[Parser]] = {"chat": chat.ChatParser}


def provider_for(config: ProviderConfig, client: Client) -> Upstream:
    return Upstream(config, _WIRES[config.format], client)
