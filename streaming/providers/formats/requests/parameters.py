"""The parameters of a request under the names of a server, and what joins its body as it is."""

from collections.abc import Mapping
from typing import Any

from streaming.providers.base import ChatRequest
from streaming.providers.config import ProviderConfig
from streaming.providers.formats.json_values import mapping
from streaming.providers.formats.requests.offers import offer
from streaming.providers.parameters import EFFORT, NAMES

HOUSE = frozenset(
    {
        # what is asked, of whom, and how it comes back
        *("model", "models", "model_name", "service_name", "messages", "input", "prompt"),
        *("system", "instructions", "history", "memoryChat", "prefill", "stream"),
        *("stream_options", "include", "n", "best_of", "logprobs", "echo"),
        # what upstream keeps, or brings in of what it kept for somebody else
        *("store", "background", "previous_response_id", "conversation", "container", "rag"),
        *("agents", "mcp_servers", "metadata", "user", "safety_identifier"),
        # calls that nobody here would answer, and another price
        *("tools", "tool_choice", "functions", "function_call", "parallel_tool_calls"),
        *("web_search_options", "plugins", "service_tier"),
    }
)
"""Entries of a body that this site sets itself: a person's `extra_body` says nothing of them."""


def taken(config: ProviderConfig, request: ChatRequest) -> dict[str, Any]:
    """Those that are there and that the model takes, under our names."""
    offered = offer(config, request.model)
    ours = {EFFORT if name == "effort" else name: name for name in NAMES}
    given = {
        name: value
        for name, value in request.parameters.items()
        if value is not None and (name not in ours or offered.takes(ours[name], value))
    }
    if offered.either and "temperature" in given:
        given.pop("top_p", None)
    return given


def renamed(parameters: Mapping[str, Any], **names: str) -> dict[str, Any]:
    """Those that are there, under the server's names (ours = theirs)."""
    return {
        theirs: parameters[ours]
        for ours, theirs in names.items()
        if parameters.get(ours) is not None
    }


def completed(
    config: ProviderConfig, body: Mapping[str, Any], parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """The body with what the person adds to it and, above all, what the configuration does."""
    asked = mapping(parameters.get("extra_body"))
    added = {name: value for name, value in asked.items() if name not in HOUSE}
    return {**added, **body, **config.extra_body}
