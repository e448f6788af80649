"""From a configured provider to one that answers."""

from collections.abc import Callable

from streaming.providers.config import ProviderConfig, WireFormat
from streaming.providers.formats import chat, gateway, messages, pawa, responses
from streaming.providers.formats.adapter import FormatAdapter
from streaming.providers.formats.parsing.stream_parser import StreamParser
from streaming.providers.http.client import Client
from streaming.providers.http.upstream import Upstream

ADAPTERS: dict[WireFormat, FormatAdapter] = {
    "chat": chat.ADAPTER,
    "responses": responses.ADAPTER,
    "messages": messages.ADAPTER,
    "gateway": gateway.ADAPTER,
    "pawa": pawa.ADAPTER,
}

PARSERS: dict[str, Callable[[], StreamParser]] = {
    "chat": chat.ChatParser,
    "responses": responses.ResponsesParser,
    "messages": messages.MessagesParser,
    "gateway": gateway.GatewayParser,
    "pawa": pawa.PawaParser,
}
"""The parser of a whole answer, for recorded bodies."""


def provider_for(config: ProviderConfig, client: Client, guarded: Client | None = None) -> Upstream:
    """`guarded` is the client for addresses that the provider names, if not `client` itself."""
    return Upstream(config, ADAPTERS[config.format], client, guarded)
