"""The provider's own search of the web: how each format asks for it."""

from collections.abc import Mapping
from typing import Any

from streaming.providers.config import ProviderConfig
from streaming.providers.profiles import profile

_TOOLS: Mapping[str, Mapping[str, Any]] = {
    "responses": {"type": "web_search"},
    "messages": {"type": "web_search_20250305", "name": "web_search"},
    "pawa": {"type": "pawa_tool", "name": "web_search_tool"},
}


def with_search(
    config: ProviderConfig, body: dict[str, Any], parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """The body, with what lets the model search if that is switched on."""
    if parameters.get("web_search") != "on":
        return body
    if tool := _TOOLS.get(config.format):
        return {**body, "tools": [*body.get("tools", ()), dict(tool)]}
    return {**body, **profile(config).web_search}
