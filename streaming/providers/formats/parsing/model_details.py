"""What the entries of a server's list say of their models, in the words of those who list them.

Read are OpenRouter and those that follow it, Anthropic, Mistral, Groq, Together, Fireworks, Google,
vLLM, llama.cpp and LM Studio. What an entry does not say stays unknown.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from streaming.providers.formats.json_values import mapping, word
from streaming.providers.model_facts import ModelFacts

_MOST_TOKENS = 100_000_000
_LONGEST_NAME = 100
_WINDOWS = (
    *("loaded_context_length", "context_length", "context_window", "max_context_length"),
    *("max_model_len", "max_input_tokens", "inputTokenLimit", "input_token_limit", "context_size"),
)
"""What lists call the window, the one that holds first."""
_PLACES = ("", "meta", "metadata", "limits", "top_provider")
_LLAMA = ("n_ctx", "n_ctx_train")

_IMAGES = ("vision", "image_input", "supports_image_input", "supports_vision", "images")
_THINKS = ("reasoning", "thinking", "supports_reasoning")
_TOOLS = ("function_calling", "tool_use", "tools", "supports_tools", "tool_calls")


def details(entry: Any, model: str) -> ModelFacts:
    """Of one entry, whose model has this id."""
    fields = mapping(entry)
    pricing = mapping(fields.get("pricing"))
    return ModelFacts(
        name=_name(fields, model),
        window=_window(fields),
        input_rate=_rate(pricing.get("prompt")),
        output_rate=_rate(pricing.get("completion")),
        images=_images(fields),
        thinks=_can(fields, _THINKS),
        tools=_can(fields, _TOOLS),
    )


def _name(fields: Mapping[str, Any], model: str) -> str:
    for key in ("display_name", "displayName", "name"):
        name = word(fields.get(key)).strip()
        if name and name != model and len(name) <= _LONGEST_NAME and name.isprintable():
            return name
    return ""


def _window(fields: Mapping[str, Any]) -> int | None:
    return next((size for size in map(_tokens, _sizes(fields)) if size), None)


def _sizes(fields: Mapping[str, Any]) -> Iterator[Any]:
    for place in _PLACES:
        inner = mapping(fields.get(place)) if place else fields
        yield from (inner.get(key) for key in (*_WINDOWS, *(_LLAMA if place == "meta" else ())))


def _tokens(value: Any) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 < value <= _MOST_TOKENS else None


def _rate(value: Any) -> Decimal | None:
    """US dollars for a million tokens, of a text that says them for one; below 0: it depends."""
    if not isinstance(value, str):
        return None
    try:
        rate = Decimal(value) * 1_000_000
        return rate.normalize() if rate.is_finite() and 0 <= rate < 1_000_000 else None
    except ArithmeticError:
        return None


def _images(fields: Mapping[str, Any]) -> bool | None:
    taken = mapping(fields.get("architecture")).get("input_modalities")
    taken = taken if isinstance(taken, list) else fields.get("input_modalities")
    return "image" in taken if isinstance(taken, list) else _can(fields, _IMAGES)


def _can(fields: Mapping[str, Any], names: tuple[str, ...]) -> bool | None:
    """What the entry says of one of these abilities."""
    listed = fields.get("supported_parameters", fields.get("supported_features"))
    capabilities = fields.get("capabilities")
    if isinstance(capabilities, list):
        listed = capabilities
    if isinstance(listed, list):
        return any(name in listed for name in names)
    for place in (mapping(capabilities), fields):
        for name in names:
            said = place.get(name)
            said = mapping(said).get("supported") if isinstance(said, dict) else said
            if isinstance(said, bool):
                return said
    return None
