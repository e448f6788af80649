"""From a configured provider to one that answers."""

from collections.abc import Callable

from streaming.providers.config import ProviderConfig, WireFormat
from streaming.providers.formats import chat, gateway, pawa
from streaming.providers.formats.adapter import Parser, Wire
from streaming.providers.formats.messages import MessagesParser
from streaming.providers.formats.requests import messages, responses
from streaming.providers.formats.responses import ResponsesParser
from streaming.providers.http.client import Client
from streaming.providers.http.upstream import Upstream

_WIRES: dict[WireFormat, Wire] = {
    "chat": chat.WIRE,
    "responses": responses.WIRE,
    "messages": messages.WIRE,
    "gateway": gateway.WIRE,
    "pawa": pawa.WIRE,
}

PARSERS: dict[str, Callable[[], Parser]] = {
    "chat": chat.ChatParser,
    "responses": ResponsesParser,
    "messages": MessagesParser,
    "gateway": gateway.GatewayParser,
    "pawa": pawa.PawaParser,
}


def provider_for(config: ProviderConfig, client: Client) -> Upstream:
    return Upstream(config, _WIRES[config.format], client)
