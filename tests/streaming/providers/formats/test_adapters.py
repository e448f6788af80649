"""What the HTTP side is told of each format: where a request goes, and how it is signed."""

import pytest

from streaming.providers.base import ChatMessage, ChatRequest
from streaming.providers.config import FORMATS, ProviderConfig, WireFormat
from streaming.providers.registry import ADAPTERS

PATHS = {
    "chat": "/chat/completions",
    "responses": "/responses",
    "messages": "/messages",
    "gateway": "/generate/stream",
    "pawa": "/chat/request",
}
BEARER = {"Authorization": "Bearer k"}
VERSION = {"anthropic-version": "2023-06-01"}


@pytest.mark.parametrize("wire", FORMATS)
def test_a_request_goes_to_the_address_of_its_format(wire: WireFormat) -> None:
    config = ProviderConfig("p", "P", wire, "https://api.example.com/api/v1", "k")
    call = ADAPTERS[wire].call(config, ChatRequest("s/m", (ChatMessage("user", "Hi"),)))
    assert (call.method, call.path) == ("POST", PATHS[wire])


@pytest.mark.parametrize(
    ("wire", "base_url", "headers"),
    [
        ("chat", "https://api.naga.ac/v1", BEARER),
        ("responses", "https://api.naga.ac/v1", BEARER),
        ("messages", "https://api.naga.ac/v1", BEARER | VERSION),
        ("messages", "https://api.anthropic.com/v1", {"x-api-key": "k"} | VERSION),
        ("gateway", "http://127.0.0.1:8000", {"X-API-Key": "k"}),
        ("pawa", "https://api.pawa-ai.com/v1", BEARER),
    ],
)
def test_the_key_goes_where_the_server_looks_for_it(
    wire: WireFormat, base_url: str, headers: dict[str, str]
) -> None:
    config = ProviderConfig("p", "P", wire, base_url, "k")
    assert ADAPTERS[wire].headers(config) == headers
