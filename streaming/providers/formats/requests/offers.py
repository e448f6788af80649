"""Which parameters a model takes in its wire format, as far as that is known.

What is here is what the form offers, and all that a request holds: a model that is known not to
take a parameter is never sent it. Of a server or a model of which nothing is known the documents of
its wire format hold. Sources are the vendors' own documents.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from streaming.providers.config import ProviderConfig, WireFormat
from streaming.providers.profiles import profile

_EVERYWHERE = frozenset({"system_prompt", "temperature", "top_p", "max_tokens", "extra_body"})
_SAMPLING = frozenset({"temperature", "top_p"})


@dataclass(frozen=True, slots=True)
class Offer:
    """`names` are those of `Parameters`; `efforts` the words for its effort, least first.

    `hottest` is the highest temperature, `most_stops` how many stop words there may be. `either`:
    it takes a temperature or a `top_p`, not both.
    """

    names: frozenset[str]
    efforts: tuple[str, ...] = ()
    hottest: float = 2.0
    most_stops: int = 4
    either: bool = False

    def takes(self, name: str, value: Any) -> bool:
        """Whether this value of a parameter may be sent."""
        if name not in self.names:
            return False
        if name == "effort":
            return value in self.efforts
        if name == "stop":
            return len(value) <= self.most_stops
        return name != "temperature" or 0 <= value <= self.hottest


_GPT = ("none", "minimal", "low", "medium", "high", "xhigh")
_THREE = ("low", "medium", "high")

_BY_FORMAT: Mapping[WireFormat, Offer] = {
    "chat": Offer(_EVERYWHERE | {"effort", "seed", "stop", "web_search"}, _GPT),
    "responses": Offer(_EVERYWHERE | {"effort", "web_search"}, _GPT),
    "messages": Offer(
        _EVERYWHERE | {"effort", "stop", "web_search"}, _THREE, hottest=1.0, most_stops=16
    ),
    "gateway": Offer(_EVERYWHERE | {"seed", "stop"}),
    "pawa": Offer(_EVERYWHERE | {"effort", "seed", "web_search"}, _THREE),
}

# OpenAI's models that think refuse sampling and stop words; its others refuse an effort.
THINKS = re.compile(r"(?:^|/)(?:o[1-9]|gpt-(?:[5-9]|\d\d))(?!.*chat)")
_KIMI_THINKS = re.compile(r"kimi-.*think|kimi-k[3-9]|kimi-k2\.[5-9]")
# Anthropic's: no thinking; a budget for it; a temperature or top_p; no sampling.
_CLAUDE_PLAIN = re.compile(r"claude-(?:instant|[12]\b|3-(?:opus|sonnet|haiku|5))")
BUDGETED = re.compile(r"claude-(?:[1-3]\b|(?:opus|sonnet|haiku)-4(?![.-](?:[6-9]|\d\d)(?!\d)))")
_CLAUDE_EITHER = re.compile(r"claude-(?:opus-4[.-]1(?!\d)|(?:opus|sonnet|haiku)-4[.-][56](?!\d))")
_CLAUDE_UNSAMPLED = re.compile(
    r"claude-(?:opus|sonnet|haiku)-(?:4[.-](?:[7-9]|\d\d)(?!\d)|[5-9](?!\d))"
)


def offer(config: ProviderConfig, model: str) -> Offer:
    """What this model takes."""
    of_format = _BY_FORMAT[config.format]
    names = of_format.names - profile(config).untaken
    if config.format == "messages":
        return _claude(config, model, names)
    if THINKS.search(model):
        names -= _SAMPLING | {"stop"}  # also by way of others: none of them could sample it
    elif _is_at(config, "api.openai.com"):
        names -= {"effort"}
    if config.format == "chat" and _is_at(config, "api.openai.com") and "search" not in model:
        names -= {"web_search"}  # there, models of their own search
    if _KIMI_THINKS.search(model):
        names -= _SAMPLING
    efforts = of_format.efforts if "effort" in names else ()
    return Offer(names, efforts, of_format.hottest, of_format.most_stops)


def _claude(config: ProviderConfig, model: str, names: frozenset[str]) -> Offer:
    of_format = _BY_FORMAT["messages"]
    efforts = of_format.efforts
    if _CLAUDE_PLAIN.search(model):
        names, efforts = names - {"effort"}, ()
    elif not BUDGETED.search(model):
        efforts = (*efforts, "max")
    is_new = str(config.options.get("version", "")) >= "2026-10-21"
    if is_new or _CLAUDE_UNSAMPLED.search(model):
        names -= _SAMPLING
    either = bool(_CLAUDE_EITHER.search(model))
    return Offer(names, efforts, of_format.hottest, of_format.most_stops, either)


def _is_at(config: ProviderConfig, host: str) -> bool:
    return urlsplit(config.base_url).hostname == host
