"""The ids in a server's list of models, those that cannot chat left out."""

import re

from streaming.providers.values import mapping, mappings, parse_json, word

_MAX_MODELS = 1000
_NO_CHAT = re.compile(
    r"(?:^|[-_/])(?:embed|embeddings?|whisper|tts|dall-e|moderation|rerank|reranker)(?:[-_/:.\d]|$)",
    re.IGNORECASE,
)


def model_ids(body: bytes) -> tuple[str, ...]:
    """The ids in the order of the list; nothing if it is no list that we know."""
    try:
        value = mapping(parse_json(body.decode("utf-8", "replace").strip()))
    except ValueError:
        return ()
    models = mappings(value.get("data")) or mappings(value.get("models"))
    found = dict.fromkeys(word(each.get("id")) or word(each.get("name")) for each in models)
    ids = [each for each in found if 0 < len(each) <= 200][:_MAX_MODELS]
    return tuple(each for each in ids if not _NO_CHAT.search(each)) or tuple(ids)
