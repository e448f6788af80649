"""What lists of models say besides ids, as each kind of server writes it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from streaming.providers.formats.parsing import model_details
from streaming.providers.formats.parsing.model_list import model_facts
from streaming.providers.model_facts import NOTHING, ModelFacts

OPENROUTER = {
    "id": "openai/gpt-4o",
    "name": "OpenAI: GPT-4o",
    "context_length": 128000,
    "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"]},
    "pricing": {"prompt": "0.0000025", "completion": "0.00001", "image": "0.003613"},
    "supported_parameters": ["max_tokens", "tools"],
}


@pytest.mark.parametrize(
    ("entry", "facts"),
    [
        (
            OPENROUTER,
            ModelFacts("OpenAI: GPT-4o", 128000, Decimal("2.5"), Decimal(10), True, False, True),
        ),
        ({"id": "m", "object": "model"}, NOTHING),
        (
            {"id": "claude", "display_name": "Claude", "max_input_tokens": 200000},
            ModelFacts("Claude", 200000),
        ),
        (
            {
                "id": "mistral",
                "name": "mistral",
                "max_context_length": 32768,
                "capabilities": {"vision": False, "function_calling": True},
            },
            ModelFacts("", 32768, images=False, tools=True),
        ),
        ({"id": "vllm", "max_model_len": 4096}, ModelFacts(window=4096)),
        ({"id": "llama", "meta": {"n_ctx_train": 8192}}, ModelFacts(window=8192)),
        ({"id": "odd", "context_length": "many", "pricing": {"prompt": "free"}}, NOTHING),
        ({"id": "auto", "pricing": {"prompt": "-1", "completion": "-1"}}, NOTHING),
        ({"id": "true", "context_length": True}, NOTHING),
        (
            {"id": "a", "capabilities": {"thinking": {"supported": True}}},
            ModelFacts(thinks=True),
        ),
    ],
)
def test_an_entry_tells_what_it_says_and_no_more(entry: Any, facts: ModelFacts) -> None:
    body = json.dumps({"data": [entry]}).encode()
    assert model_facts(body) == {entry["id"]: facts}


def test_what_is_no_list_tells_nothing() -> None:
    assert model_facts(b"<html>") == {}


def test_a_price_past_all_numbers_is_not_known() -> None:
    facts = model_details.details(
        {"id": "m", "pricing": {"prompt": "1e999999", "completion": "x"}}, "m"
    )
    assert (facts.input_rate, facts.output_rate) == (None, None)
