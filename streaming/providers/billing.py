"""What a stop means for the bill, by provider. Pure data, from what the vendors say themselves.

A stop closes the connection. Whether the provider then stops writing, and what of it is
billed, is for them to say; where they say nothing, the sentence says that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from streaming.providers.config import ProviderConfig

Stops: TypeAlias = Literal["yes", "no", "partly", "unknown"]


@dataclass(frozen=True, slots=True)
class Billing:
    """`stops`: whether closing the connection ends the writing. `source` says who says so."""

    stops: Stops
    sentence: str
    source: str = ""


UNKNOWN = Billing(
    "unknown",
    "It is not known whether this provider stops writing when it is hung up on. "
    "The whole answer may be billed.",
)
OWN = Billing("unknown", "This model runs on your own hardware: a stop costs nothing more.")
DEMO = Billing("yes", "The demo stops writing, and bills nothing.")
BACKGROUND = Billing(
    "no",
    "A background answer does not end with its connection. It was cancelled by a request of its "
    "own; what was written until then is billed.",
    "https://developers.openai.com/api/docs/guides/background",
)

# The first entry whose host ends so holds.
_BY_HOST = (
    (
        "api.openai.com",
        Billing(
            "yes",
            "OpenAI stops writing when the connection closes and bills what was written; "
            "where exactly it cuts is not documented.",
            "https://developers.openai.com/api/docs/guides/background",
        ),
    ),
    (
        "api.anthropic.com",
        Billing(
            "unknown",
            "Anthropic does not say what a closed connection does. It is taken to stop the "
            "writing, and what was written until then to be billed.",
        ),
    ),
    (
        "openrouter.ai",
        Billing(
            "partly",
            "OpenRouter stops the writing and the bill for some of the providers behind it; "
            "for the others the whole answer is billed.",
            "https://openrouter.ai/docs/api-reference/streaming",
        ),
    ),
    (
        "aliyuncs.com",
        Billing(
            "yes",
            "Alibaba stops writing and bills what was written before the stop arrived.",
            "https://alibabacloud.com/help/en/model-studio/stream",
        ),
    ),
    (
        "novita.ai",
        Billing(
            "yes",
            "Novita bills a hung-up request by what was really used.",
            "https://novita.ai/docs/guides/llm-billing",
        ),
    ),
)


def billing(config: ProviderConfig) -> Billing:
    """What a stop of an answer from this provider means for the bill."""
    if config.demo:
        return DEMO
    if config.is_background:
        return BACKGROUND
    if runs_on_own_hardware(config):
        return OWN
    return next(_for(urlsplit(config.base_url).hostname or ""), UNKNOWN)


def runs_on_own_hardware(config: ProviderConfig) -> bool:
    """Whether the address is on this machine or in the network next to it."""
    return _is_local(urlsplit(config.base_url).hostname or "")


def _for(host: str) -> Iterator[Billing]:
    return (known for ending, known in _BY_HOST if f".{host}".endswith(f".{ending}"))


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local"))
