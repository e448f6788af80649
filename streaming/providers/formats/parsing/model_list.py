"""The ids in a server's list of models, those that cannot chat left out."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from streaming.events import Failed
from streaming.providers.formats.error_bodies import plain
from streaming.providers.formats.error_bodies.failures import clip, failure
from streaming.providers.formats.json_values import mapping, parse_json, word
from streaming.providers.formats.parsing.model_details import details
from streaming.providers.model_facts import ModelFacts

_MAX_MODELS, _MAX_NAME = 1000, 200
_LISTS = ("data", "models", "result", "results", "items", "model", "list")
"""Where the list lies in its envelope, which may lie in another one."""
_ENVELOPES = 3

_NAMES = ("id", "model", "model_id", "modelId", "model_name", "name", "key", "slug")
"""What an entry calls its model, the name that requests take first."""

_NO_NAME = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{24,64}", re.IGNORECASE)
"""A number of the server's own, where the model has a name."""

_NO_CHAT = re.compile(
    r"(?:^|[-_/])(?:embed|embeddings?|whisper|tts|dall-e|moderation|rerank|reranker)(?:[-_/:.\d]|$)",
    re.IGNORECASE,
)
_OTHER_TYPES = re.compile(
    r"embed|image|audio|speech|video|moderation|rerank|transcri|tts|classif|diffusion",
    re.IGNORECASE,
)


def listed(body: bytes) -> tuple[str, ...] | Failed:
    """The ids of a list, or why there is none, if an error came in its place."""
    found = model_ids(body)
    text = body.decode("utf-8", "replace").strip()
    if found:
        return found
    if text.startswith("<"):
        title = clip(plain(text))
        message = f"The server sent a web page: {title}" if title else "The server sent a web page."
        return Failed("malformed", True, message, "html")
    try:
        value = parse_json(text)
    except ValueError:
        return ()
    return failure(value) if mapping(value).keys() & _COMPLAINTS else ()


_COMPLAINTS = {"error", "errors", "message", "msg", "detail", "base_resp"}


def model_ids(body: bytes) -> tuple[str, ...]:
    """The ids in the order of the list; nothing if it is no list that we know."""
    entries = _entries_of(body)
    chats = {name: _chats(name, entry) for entry in entries if (name := _name(entry))}
    ids = list(chats)[:_MAX_MODELS]
    return tuple(each for each in ids if chats[each]) or tuple(ids)


def model_facts(body: bytes) -> dict[str, ModelFacts]:
    """What the list says of each of its models."""
    named = [(name, entry) for entry in _entries_of(body) if (name := _name(entry))]
    return {name: details(entry, name) for name, entry in named[:_MAX_MODELS]}


def _entries_of(body: bytes) -> list[Any]:
    try:
        return _entries(parse_json(body.decode("utf-8", "replace").strip().removeprefix("\ufeff")))
    except ValueError:
        return []


def _entries(value: Any, levels: int = _ENVELOPES) -> list[Any]:
    """The list itself; an object in its place may have the models as its keys."""
    if isinstance(value, list):
        return value
    if levels <= 0:
        return []
    found = (_entries(mapping(value).get(key), levels - 1) for key in _LISTS)
    return next((each for each in found if each), []) or _by_key(mapping(value))


def _by_key(value: Mapping[str, Any]) -> list[Any]:
    for key in _LISTS:
        inner = mapping(value.get(key))
        if inner and all(isinstance(each, dict) for each in inner.values()):
            return [{**each, "id": name} for name, each in inner.items()]
    return []


def _name(entry: Any) -> str:
    """The name that requests for this model take; empty if it has none."""
    if isinstance(entry, str):
        return _fit(entry)
    names = [name for name in _all_names(mapping(entry)) if name]
    return next((name for name in names if not _NO_NAME.fullmatch(name)), "") or "".join(names[:1])


def _all_names(entry: Mapping[str, Any]) -> Iterator[str]:
    return (_fit(word(entry.get(key))) for key in _NAMES)


def _fit(name: str) -> str:
    name = name.strip()
    return name if len(name) <= _MAX_NAME and name.isprintable() else ""


def _chats(name: str, entry: Any) -> bool:
    """Whether it can chat, by what its entry says of it, else by its name."""
    fields = mapping(entry)
    kinds = [fields.get("type"), fields.get("task"), mapping(fields.get("task")).get("name")]
    if any(isinstance(kind, str) and _OTHER_TYPES.search(kind) for kind in kinds):
        return False
    if mapping(fields.get("capabilities")).get("completion_chat") is False:
        return False
    written = mapping(fields.get("architecture")).get("output_modalities")
    methods = fields.get("supportedGenerationMethods")
    if isinstance(written, list) and "text" not in written:
        return False
    if isinstance(methods, list) and "generateContent" not in methods:
        return False
    return not _NO_CHAT.search(name)
