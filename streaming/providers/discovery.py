"""Model servers on this machine, found by asking where they usually listen."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from streaming.events import Failed
from streaming.providers.config import ProviderConfig, slug_of
from streaming.providers.http.client import Client, close_client, open_client
from streaming.providers.registry import provider_for

USUAL = "127.0.0.1:11434, 127.0.0.1:8080, 127.0.0.1:1234"
"""Where Ollama, llama.cpp's server and LM Studio listen by default (their documents)."""

_NAMES = {
    ("127.0.0.1", 11434): "Ollama",
    ("127.0.0.1", 8080): "llama.cpp",
    ("127.0.0.1", 1234): "LM Studio",
}
_PATIENCE_SECONDS = 1.0


async def find(places: Iterable[tuple[str, int]]) -> tuple[ProviderConfig, ...]:
    """Those of the places (host, port) that answer at once with a list of models, in format chat.

    Whatever else may listen there sees one GET for its models.
    """
    client = open_client()
    try:
        asked = (_ask(client, _provider_at(*place)) for place in sorted(places))
        return tuple(found for found in await asyncio.gather(*asked) if found is not None)
    finally:
        await close_client(client)


def _provider_at(host: str, port: int) -> ProviderConfig:
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    name = _NAMES.get((host, port), address)
    return ProviderConfig(slug_of(name), name, "chat", f"http://{address}/v1")


async def _ask(client: Client, config: ProviderConfig) -> ProviderConfig | None:
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE_SECONDS):
            models = await provider_for(config, client).ask_models()
            return config if models and not isinstance(models, Failed) else None
    return None
