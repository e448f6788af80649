"""What is known about upstreams by their address, as data; the configuration overrides it.

Sources are the vendors' own documents. An address without an entry is an OpenAI-like
server of which nothing is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from streaming.providers.config import ProviderConfig, ResumeMode, WireFormat


@dataclass(frozen=True, slots=True)
class Profile:
    """`prefill_flag` marks a trailing assistant turn as one to continue.

    `limit_field` is what a limit of output tokens is called; `limit` is sent where the
    server's own default is too low or missing; `seed_field` is what a seed is called; `untaken`
    are parameters that it has not. `key_header` carries the key where that is not Authorization;
    `web_search` are the entries of a request of Chat Completions that let the model search.
    `pads`: its stream is padded unless one asks it not to.
    """

    resume: ResumeMode = "instruct"
    prefill_flag: Mapping[str, Any] = field(default_factory=dict)
    limit_field: str = "max_tokens"
    limit: int | None = None
    seed_field: str = "seed"
    untaken: frozenset[str] = frozenset()
    key_header: str = ""
    pads: bool = False
    web_search: Mapping[str, Any] = field(default_factory=lambda: {"web_search_options": {}})


UNKNOWN = Profile()

_NO_SEARCH = frozenset({"web_search"})
_QWEN: Mapping[str, Any] = {"enable_search": True}

# The first entry whose host ends so, and whose path begins so, holds.
_PROFILES: tuple[tuple[str, str, Profile], ...] = (
    ("api.openai.com", "", Profile(limit_field="max_completion_tokens", pads=True)),
    ("api.anthropic.com", "", Profile(key_header="x-api-key")),
    ("api.naga.ac", "", Profile(limit_field="max_completion_tokens")),
    (
        "arvae.ai",
        "",
        Profile(limit=4096, untaken=frozenset({"effort", "seed", "stop", "web_search"})),
    ),
    (
        "api.mistral.ai",
        "",
        Profile("prefill_echo", {"prefix": True}, seed_field="random_seed", untaken=_NO_SEARCH),
    ),
    (
        "api.deepseek.com",
        "/beta",
        Profile("prefill", {"prefix": True, "thinking": {"type": "disabled"}}, untaken=_NO_SEARCH),
    ),
    ("api.deepseek.com", "", Profile(untaken=_NO_SEARCH)),
    ("api.moonshot.ai", "", Profile("prefill", {"partial": True}, untaken=_NO_SEARCH)),
    ("api.moonshot.cn", "", Profile("prefill", {"partial": True}, untaken=_NO_SEARCH)),
    ("aliyuncs.com", "", Profile("instruct", {"partial": True}, web_search=_QWEN)),
    ("openrouter.ai", "", Profile("instruct", web_search={"plugins": [{"id": "web"}]})),
)


# Of formats that one vendor speaks, whatever the address.
_BY_FORMAT: Mapping[WireFormat, Profile] = {"pawa": Profile("prefill")}


def profile(config: ProviderConfig) -> Profile:
    address = urlsplit(config.base_url)
    host = f".{address.hostname or ''}"
    for ending, path, known in _PROFILES:
        if host.endswith(f".{ending}") and address.path.startswith(path):
            return known
    return _BY_FORMAT.get(config.format, UNKNOWN)
