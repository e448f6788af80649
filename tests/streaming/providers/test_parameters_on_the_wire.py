"""What goes over the wire for each parameter, in each format and to models that take less."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from streaming.providers.base import ChatMessage, ChatRequest
from streaming.providers.config import ProviderConfig, WireFormat
from streaming.providers.formats.requests.offers import offer
from streaming.providers.formats.requests.parameters import HOUSE
from streaming.providers.parameters import NAMES, Parameters
from streaming.providers.registry import ADAPTERS

Body = Mapping[str, Any]

HI = (ChatMessage("user", "Hi"),)
ALL: Mapping[str, Any] = {
    "system_prompt": "Be brief.",
    "temperature": 0.0,
    "top_p": 0.9,
    "max_tokens": 500,
    "effort": "low",
    "seed": 0,
    "stop": ("END", "\n\n"),
    "web_search": "on",
    "extra_body": {"top_k": 40},
}
TURN = {"role": "user", "content": "Hi"}
SYSTEM = {"role": "system", "content": "Be brief."}
NOTHING: Body = {}


def body(
    format_: WireFormat,
    model: str = "some/model",
    url: str = "https://some.example/v1",
    options: Mapping[str, Any] | None = None,
    **asked: Any,
) -> dict[str, Any]:
    """The JSON that is sent for these parameters."""
    config = ProviderConfig("p", "P", format_, url, options=options or {})
    given = Parameters(**asked)
    request = ChatRequest(model, HI, system=given.system_prompt, parameters=given.kept)
    return dict(ADAPTERS[format_].call(config, request).body or {})


def added(format_: WireFormat, name: str, value: Any, **where: Any) -> dict[str, Any]:
    """The entries of a body that are there for this one parameter."""
    plain = body(format_, **where)
    asked = body(format_, **where, **{name: value})
    assert plain.keys() <= asked.keys()
    return {key: each for key, each in asked.items() if plain.get(key) != each}


CHAT: Mapping[str, Body] = {
    "system_prompt": {"messages": [SYSTEM, TURN]},
    "temperature": {"temperature": 0.0},
    "top_p": {"top_p": 0.9},
    "max_tokens": {"max_tokens": 500},
    "effort": {"reasoning_effort": "low"},
    "seed": {"seed": 0},
    "stop": {"stop": ["END", "\n\n"]},
    "web_search": {"web_search_options": {}},
    "extra_body": {"top_k": 40},
}
RESPONSES: Mapping[str, Body] = {
    "system_prompt": {"instructions": "Be brief."},
    "temperature": {"temperature": 0.0},
    "top_p": {"top_p": 0.9},
    "max_tokens": {"max_output_tokens": 500},
    "effort": {
        "reasoning": {"effort": "low", "summary": "auto"},
        "include": ["reasoning.encrypted_content"],
    },
    "seed": NOTHING,
    "stop": NOTHING,
    "web_search": {"tools": [{"type": "web_search"}]},
    "extra_body": {"top_k": 40},
}
MESSAGES: Mapping[str, Body] = {
    "system_prompt": {"system": "Be brief."},
    "temperature": {"temperature": 0.0},
    "top_p": {"top_p": 0.9},
    "max_tokens": {"max_tokens": 500},
    "effort": {
        "thinking": {"type": "adaptive", "display": "summarized"},
        "output_config": {"effort": "low"},
    },
    "seed": NOTHING,
    "stop": {"stop_sequences": ["END", "\n\n"]},
    "web_search": {"tools": [{"type": "web_search_20250305", "name": "web_search"}]},
    "extra_body": {"top_k": 40},
}
GATEWAY: Mapping[str, Body] = {
    "system_prompt": {"history": [SYSTEM]},
    "temperature": {"parameters": {"temperature": 0.0}},
    "top_p": {"parameters": {"top_p": 0.9}},
    "max_tokens": {"parameters": {"max_tokens": 500}},
    "effort": NOTHING,
    "seed": {"parameters": {"seed": 0}},
    "stop": {"parameters": {"stop": ["END", "\n\n"]}},
    "web_search": NOTHING,
    "extra_body": {"top_k": 40},
}
PAWA: Mapping[str, Body] = {
    "system_prompt": {"messages": [SYSTEM, TURN]},
    "temperature": {"temperature": 0.0},
    "top_p": {"top_p": 0.9},
    "max_tokens": {"max_tokens": 500},
    "effort": {"reasoning": {"effort": "low"}},
    "seed": {"seed": 0},
    "stop": NOTHING,
    "web_search": {"tools": [{"type": "pawa_tool", "name": "web_search_tool"}]},
    "extra_body": {"top_k": 40},
}


@pytest.mark.parametrize("name", NAMES)
def test_chat_completions(name: str) -> None:
    assert added("chat", name, ALL[name]) == CHAT[name]


@pytest.mark.parametrize("name", NAMES)
def test_responses(name: str) -> None:
    assert added("responses", name, ALL[name]) == RESPONSES[name]


@pytest.mark.parametrize("name", NAMES)
def test_messages(name: str) -> None:
    assert added("messages", name, ALL[name]) == MESSAGES[name]
    assert body("messages")["max_tokens"] == 8192, "it is required"


@pytest.mark.parametrize("name", NAMES)
def test_gateway(name: str) -> None:
    assert added("gateway", name, ALL[name]) == GATEWAY[name]


@pytest.mark.parametrize("name", NAMES)
def test_pawa(name: str) -> None:
    assert added("pawa", name, ALL[name]) == PAWA[name]


@pytest.mark.parametrize("format_", ADAPTERS)
def test_what_is_sent_is_what_is_offered(format_: WireFormat) -> None:
    wire = {"chat": CHAT, "responses": RESPONSES, "messages": MESSAGES}
    table = {**wire, "gateway": GATEWAY, "pawa": PAWA}[format_]
    config = ProviderConfig("p", "P", format_, "https://some.example/v1")
    assert offer(config, "some/model").names == {name for name in NAMES if table[name]}


@pytest.mark.parametrize("format_", ADAPTERS)
def test_what_is_no_parameter_never_goes_out(format_: WireFormat) -> None:
    config = ProviderConfig("p", "P", format_, "https://some.example/v1")
    unknown = {"top_k": 40, "tempreature": 1, "logit_bias": {"1": 2}, "tools": [1]}
    request = ChatRequest("some/model", HI, parameters=unknown)
    assert ADAPTERS[format_].call(config, request).body == body(format_)


@pytest.mark.parametrize("format_", ADAPTERS)
def test_an_extra_body_overrides_nothing_that_the_house_sets(format_: WireFormat) -> None:
    plain = body(format_, max_tokens=500)
    smuggled = dict.fromkeys({*plain, *HOUSE} - {"parameters"}, "smuggled")
    assert body(format_, max_tokens=500, extra_body=smuggled) == plain


def test_the_parameters_of_an_extra_body_join_those_of_a_gateway() -> None:
    extra = {"parameters": {"enable_thinking": True, "temperature": 2}}
    asked = body("gateway", temperature=0.5, extra_body=extra)
    assert asked["parameters"] == {"enable_thinking": True, "temperature": 0.5}


THINKER = {"url": "https://api.openai.com/v1", "model": "gpt-5.2"}
PLAIN = {"url": "https://api.openai.com/v1", "model": "gpt-4.1"}


@pytest.mark.parametrize(
    ("format_", "where", "refused"),
    [
        ("chat", THINKER, {"temperature", "top_p", "stop", "web_search"}),
        ("chat", PLAIN, {"effort", "web_search"}),
        ("chat", {"model": "openai/o3"}, {"temperature", "top_p", "stop"}),
        ("chat", {"model": "openai/gpt-5-chat"}, set()),
        ("chat", {"model": "kimi-k2-thinking"}, {"temperature", "top_p"}),
        ("chat", {"url": "https://arvae.ai/api/v1"}, {"effort", "seed", "stop", "web_search"}),
        ("responses", THINKER, {"temperature", "top_p", "stop", "seed"}),
        ("responses", PLAIN, {"effort", "seed", "stop"}),
        ("messages", {"model": "claude-opus-4-8"}, {"temperature", "top_p", "seed"}),
        ("messages", {"model": "claude-sonnet-5"}, {"temperature", "top_p", "seed"}),
        ("messages", {"model": "claude-sonnet-4-20250514"}, {"seed"}),
        ("messages", {"model": "claude-3-5-haiku-latest"}, {"effort", "seed"}),
        ("messages", {"options": {"version": "2026-10-21"}}, {"temperature", "top_p", "seed"}),
    ],
)
def test_a_model_is_not_sent_what_it_is_known_to_refuse(
    format_: WireFormat, where: dict[str, Any], refused: set[str]
) -> None:
    assert {name for name in NAMES if not added(format_, name, ALL[name], **where)} == refused


def test_names_of_parameters_are_those_of_the_server() -> None:
    assert added("chat", "max_tokens", 9, **PLAIN) == {"max_completion_tokens": 9}
    mistral = "https://api.mistral.ai/v1"
    assert added("chat", "seed", 7, url=mistral) == {"random_seed": 7}


def test_values_that_a_model_does_not_take_are_not_sent() -> None:
    assert added("messages", "temperature", 1.5) == {}
    assert added("pawa", "effort", "xhigh") == {}
    assert added("chat", "stop", tuple("abcde")) == {}
    both = body("messages", "claude-sonnet-4-5", temperature=0.5, top_p=0.9)
    assert (both["temperature"], "top_p" in both) == (0.5, False)


def test_the_names_are_read_as_they_are_kept() -> None:
    given = Parameters(**ALL)
    assert Parameters.of(given.kept, "Be brief.") == given
    assert Parameters.of({"temperature": "hot", "seed": True, "stop": "END", "else": 1}) == (
        Parameters()
    )


def test_what_is_set_here_stands_over_what_is_set_below() -> None:
    above, below = Parameters(temperature=0.0), Parameters(temperature=1.0, seed=3)
    assert above.over(below) == Parameters(temperature=0.0, seed=3)


@pytest.mark.parametrize(
    ("url", "model", "entries"),
    [
        ("https://openrouter.ai/api/v1", "a/b", {"plugins": [{"id": "web"}]}),
        ("https://dashscope.aliyuncs.com/compatible-mode/v1", "qwen-plus", {"enable_search": True}),
        ("https://api.openai.com/v1", "gpt-4o-search-preview", {"web_search_options": {}}),
        ("https://api.openai.com/v1", "gpt-4o", {}),
        ("https://api.mistral.ai/v1", "mistral-large", {}),
        ("https://api.deepseek.com", "deepseek-chat", {}),
    ],
)
def test_a_search_is_asked_for_as_each_server_wants_it(url: str, model: str, entries: Body) -> None:
    assert added("chat", "web_search", "on", url=url, model=model) == entries
    assert added("chat", "web_search", "off", url=url, model=model) == {}


@pytest.mark.parametrize("format_", ADAPTERS)
def test_no_search_is_asked_for_where_it_is_switched_off(format_: WireFormat) -> None:
    assert added(format_, "web_search", "off") == {}
