"""One LiteLLM proxy for all its tests, and the client that Chatsite's providers share."""

from collections.abc import AsyncIterator, Iterator

import pytest

from streaming.providers.http.client import Client, close_client, open_client
from tests.litellm.proxy import REACHED_OUT, LiteLLM


@pytest.fixture(scope="session")
def litellm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiteLLM]:
    litellm = LiteLLM(tmp_path_factory.mktemp("litellm"))
    try:
        litellm.wait()
        yield litellm
    finally:
        litellm.end()
    assert REACHED_OUT not in litellm.program.rest()


@pytest.fixture
async def http() -> AsyncIterator[Client]:
    client = open_client()
    yield client
    await close_client(client)
