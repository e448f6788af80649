"""A bound of what a request cost counts a picture as tokens, not as the bytes of its base64."""

from __future__ import annotations

import pytest

from streaming.prices.quote import Quote
from streaming.providers.base import ChatMessage, ChatRequest, SentFile
from streaming.providers.config import ProviderConfig

OPENAI = ProviderConfig("openai", "OpenAI", "chat", "https://api.openai.com/v1")
PICTURE = SentFile("image", "image/jpeg", "a.jpg", bytes(3_000_000), width=2048, height=1024)
TEXT = SentFile("document", "text/plain", "a.txt", text="word " * 10_000)


@pytest.mark.parametrize(
    ("file", "least", "most"), [(PICTURE, 40_000, 60_000), (TEXT, 50_000, 51_000)]
)
def test_a_file_counts_as_the_tokens_that_it_can_have(
    file: SentFile, least: int, most: int
) -> None:
    asked = ChatMessage("user", "What is it?", files=(file,))
    request = ChatRequest("gpt-4o", (asked,), parameters={"max_tokens": 100})
    size = Quote(OPENAI, request).measured().size
    assert size is not None
    assert least <= size.sent <= most
    assert size.longest == 100
