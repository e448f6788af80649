"""The words that a server has for the reader, made plain."""

import html
import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from streaming.providers.formats.error_bodies.layers import outer_and_inner, quoted

MOST_READ = 4000
"""Characters of one text that are looked at."""

_LEVELS, _ENTRIES = 8, 5

_OWN = (
    *("message", "msg", "error_message", "errorMessage", "error_msg", "errmsg", "errMsg"),
    *("status_msg", "Message", "error_description", "detail", "description", "title"),
)
"""The keys under which an object says what is wrong, the usual one first."""

_MORE = (
    *("metadata", "raw", "errors", "details", "detail", "cause", "innererror"),
    *("violations", "fieldViolations", "reasons"),
)
"""The keys under which it keeps the errors of others, or one entry for each thing wrong."""

_BY_FIELD = frozenset({"errors", "details", "detail"})
"""Where an object's own keys may be the fields that are wrong."""

_WORDLESS = ("Help", "RetryInfo", "DebugInfo")
"""Google's details that hold links, numbers and traces."""

_REPEATS = frozenset({"flagged_input", "input", "prompt", "messages", "body", "url", "instance"})
"""Keys under which servers repeat the request, or name a place."""


def words(value: Any) -> str | None:
    """What the server says; what lies deeper follows, unless it says the same."""
    parts = _parts(value, _LEVELS) or list(islice(_anything(value, _LEVELS), 1))
    return _joined(parts) or None


def _parts(value: Any, levels: int) -> list[str]:
    outer, inner = outer_and_inner(value)
    holders = (inner,) if inner is outer else (inner, outer)
    own = (_said(each.get(key), levels, key) for each in holders for key in _OWN)
    by_error = outer.get("error") if inner is outer else ""
    parts = [next(filter(None, own), "") or _said(by_error, levels)]
    parts += [_said(each.get(key), levels, key) for each in holders for key in _MORE]
    return _without_repeats(parts)


def _said(value: Any, levels: int, key: str = "") -> str:
    """The words of one value; `key` is where it lies."""
    if levels <= 0:
        return ""
    if isinstance(value, str):
        return _text(value, levels - 1)
    if isinstance(value, list):
        entries = (_said(entry, levels - 1) for entry in value[:_ENTRIES])
        return _joined(_without_repeats(entries), "; ")
    if not isinstance(value, dict) or str(value.get("@type", "")).endswith(_WORDLESS):
        return ""
    return _joined(_parts(value, levels - 1)) or (
        _field_by_field(value, levels - 1) if key in _BY_FIELD else ""
    )


def _field_by_field(value: dict[str, Any], levels: int) -> str:
    """`{"temperature": ["must be below 2"]}` and the like."""
    fields = ((name, _said(wrong, levels)) for name, wrong in islice(value.items(), _ENTRIES))
    return "; ".join(f"{name}: {said}" for name, said in fields if " " in said)


def _text(text: str, levels: int) -> str:
    text = text.strip()
    if levels > 0 and text[:1] == '"' == text[-1:]:  # a whole body may be a JSON string
        return _text(_unescaped(text[1:-1]), levels - 1)
    before, value = quoted(text)
    if value is not None and (within := _joined(_parts(value, levels))):
        return _joined([before, within]) if re.search(r"\w", before) else within
    if "{" in text and (cut := _MESSAGE.search(text[:MOST_READ])):
        before = text[: text.index("{")].rstrip(" -:")
        return _joined([before, _unescaped(cut[1])] if before else [_unescaped(cut[1])])
    return plain(text)


_MESSAGE = re.compile(r'"(?:message|msg|detail)"\s*:\s*"((?:[^"\\]|\\.)+)', re.IGNORECASE)


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text


def _anything(value: Any, levels: int) -> Iterator[str]:
    """Whatever reads like a sentence, under names that nobody knows."""
    if isinstance(value, str) and re.search(r"\w \w", value):
        yield _text(value, levels)
    elif levels > 0 and isinstance(value, dict):
        for key, each in value.items():
            if key not in _REPEATS:
                yield from _anything(each, levels - 1)
    elif levels > 0 and isinstance(value, list):
        for each in value[:_ENTRIES]:
            yield from _anything(each, levels - 1)


def _without_repeats(parts: Iterable[str]) -> list[str]:
    """Each thing once: the longer one, where one part holds another."""
    kept: list[str] = []
    for part in filter(None, parts):
        if any(_bare(part) in _bare(each) for each in kept):
            continue
        kept = [each for each in kept if _bare(each) not in _bare(part)] + [part]
    return kept


def _bare(text: str) -> str:
    return text.casefold().strip(" .!:")


def _joined(parts: list[str], mark: str = ": ") -> str:
    return mark.join([*(part.rstrip(" .:") for part in parts[:-1]), *parts[-1:]])


def plain(text: str) -> str:
    """The text without tags; for a page its title, else its visible text."""
    text = text[:MOST_READ].strip()
    is_page = _PAGE.match(text)
    if not is_page and not _TAG.search(text):
        return text
    for element in ("title", "message", "h1") if is_page else ():
        found = re.search(rf"<{element}\b[^>]*>([^<]*)", text, re.IGNORECASE)
        if found and found[1].strip():
            return html.unescape(found[1]).strip()
    tag = _ANY_TAG if is_page else _TAG
    return html.unescape(tag.sub(" ", _HIDDEN.sub(" ", text))).strip()


_PAGE = re.compile(r"<(?:\?xml|!doctype|html|head|body|error)\b", re.IGNORECASE)
_HIDDEN = re.compile(
    r"<(script|style|head)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL
)
_ANY_TAG = re.compile(r"<[^<>]*(?:>|\Z)")
_TAG = re.compile(
    r"</?(?:a|abbr|b|blockquote|body|br|button|center|code|div|em|font|form|h[1-6]|head|hr|html"
    r"|i|iframe|img|input|li|link|meta|noscript|ol|p|pre|script|small|span|strong|style|sub|sup"
    r"|svg|table|tbody|td|th|tr|tt|u|ul)\b[^<>]*(?:>|\Z)|<!--.*?-->",
    re.IGNORECASE | re.DOTALL,
)
