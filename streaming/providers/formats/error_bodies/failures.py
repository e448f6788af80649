"""What went wrong upstream, from any of the shapes in which servers say it, as `Failed`."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from streaming.events import ErrorKind, Failed
from streaming.providers.formats.error_bodies import (
    kind_in_words,
    lasts_long,
    layers,
    outer_and_inner,
    requested_wait,
    spellings,
    words,
)
from streaming.providers.formats.framing.framer import Framer
from streaming.providers.formats.json_values import clean, parse_json
from streaming.providers.key_mask import MASK, without_key

MAX_MESSAGE = 300
"""Characters of an upstream's message that are shown."""


class _Rule(NamedTuple):
    kind: ErrorKind
    retryable: bool
    words: str
    statuses: Iterable[int] = ()


# The first rule that matches by a word or by the number wins. Words of money and content
# stand above the numbers: quota comes with 429, moderation with 403.
_RULES = (
    _Rule(
        "billing",
        False,
        "insufficient_quota insufficient_user_quota billing_error insufficient_credits "
        "insufficient_balance payment_required billing_hard_limit_reached billing_not_active "
        "billing_disabled arrearage account_overdue not_enough_balance exceeded_current_quota",
        [402],
    ),
    _Rule(
        "context_window",
        False,
        "context_length_exceeded exceed_context_size_error model_context_window_exceeded "
        "context_window_exceeded",
    ),
    _Rule(
        "content_filter",
        False,
        "content_filter inappropriate_content content_policy_violation "
        "image_content_policy_violation moderation_blocked invalid_prompt bio_policy "
        "misalignment_policy_violation data_inspection_failed",
    ),
    _Rule(
        "rate_limit",
        True,
        "rate_limit rate_limit_exceeded rate_limited too_many_requests resource_exhausted "
        "throttling throttling_rate_quota",
        [429],
    ),
    _Rule(
        "auth",
        False,
        "authentication invalid_api_key api_key_invalid unauthorized unauthenticated",
        [401],
    ),
    _Rule(
        "permission",
        False,
        "permission permission_denied forbidden request_forbidden "
        "unsupported_country_region_territory",
        [403],
    ),
    _Rule("not_found", False, "model_not_found not_found", [404]),
    _Rule("too_large", False, "request_too_large", [413]),
    _Rule(
        "overloaded",
        True,
        "overloaded service_unavailable unavailable engine_overloaded insufficient_system_resource",
        [503, 529],
    ),
    _Rule(
        "timeout",
        True,
        "gateway_timeout request_timeout timeout vector_store_timeout deadline_exceeded",
        [408, 504],
    ),
    _Rule(
        "server",
        True,
        "server_error api_error internal_server internal upstream_error",
        range(500, 600),
    ),
    _Rule(
        "invalid_request",
        False,
        "invalid_request validation bad_request invalid_parameter invalid_argument",
        range(400, 500),
    ),
)
_UNKNOWN = _Rule("unknown", True, "")
_BY_WORD = {
    word: rank for rank, rule in reversed([*enumerate(_RULES)]) for word in rule.words.split()
}
_BY_KIND: dict[ErrorKind, _Rule] = {rule.kind: rule for rule in (*_RULES, _UNKNOWN)}
_BY_STATUS = {code: rank for rank, rule in reversed([*enumerate(_RULES)]) for code in rule.statuses}


def failure(value: Any, *, status: int | None = None) -> Failed:
    """The `Failed` for an error object of any known shape; `status` is HTTP's, if any."""
    return _failure(value, status, {}, math.inf)


def http_failure(status: int, headers: Mapping[str, str], body: bytes, now: float) -> Failed:
    """The `Failed` for an answer that is not 2xx. `now` is Unix time, for Retry-After."""
    headers = {name.lower(): value for name, value in headers.items()}
    if 300 <= status < 400:
        return Failed("malformed", True, "The server sent a redirect.", "redirect", status=status)
    found = _failure(_body(body), status, headers, now)
    wish = headers.get("x-should-retry", "").lower()
    return replace(found, retryable={"true": True, "false": False}.get(wish, found.retryable))


def _failure(value: Any, status: int | None, headers: Mapping[str, str], now: float) -> Failed:
    outer, inner = outer_and_inner(value)
    sentence = words(value) or ""
    rule = _rule(value, _number(outer, inner) or status or 0)
    kind = kind_in_words(sentence, rule.kind)
    wait = requested_wait(
        value, sentence if _BY_KIND[kind or rule.kind].retryable else "", headers, now
    )
    if kind == "billing" and rule.kind == "rate_limit":
        wait = requested_wait(value, sentence, headers, now)
        # A limit that resets soon is none of money, whatever its sentence says of billing.
        kind = kind if wait is None else None
    rule = _BY_KIND[kind or rule.kind]
    passes = not (rule.kind == "rate_limit" and wait is None and lasts_long(sentence))
    return Failed(
        rule.kind,
        rule.retryable and passes,
        clip(sentence),
        _code(inner),
        wait,
        status,
        field=_field(value),
    )


def _rule(value: Any, number: int) -> _Rule:
    """The first rule that knows a word or the number."""
    ranks = [rank for word in _codes(value) if (rank := _BY_WORD.get(word)) is not None]
    if (by_number := _BY_STATUS.get(number)) is not None:
        ranks.append(by_number)
    return _RULES[min(ranks)] if ranks else _UNKNOWN


def _codes(value: Any) -> Iterator[str]:
    for layer in layers(value):
        for key in ("type", "code", "status", "error", "reason"):
            word = layer.get(key)
            if isinstance(word, str) and len(word) <= 100:
                yield from spellings(word)


def _field(value: Any) -> str | None:
    """The field that is wrong, as OpenAI's `param` and FastAPI's `loc` name it."""
    for layer in layers(value):
        loc = layer.get("loc")
        name = loc[-1] if isinstance(loc, list) and loc else layer.get("param")
        if isinstance(name, str) and name:
            return clip(name, 100)
    return None


def clip(text: str, most: int = MAX_MESSAGE) -> str | None:
    """An upstream's words as they are shown: plain, on one line, not long."""
    text = " ".join(clean(text[: most * 4]).split())
    text = "".join(char for char in text if char.isprintable())
    return text[: most - 1] + "…" if len(text) > most else text or None


def redacted(failed: Failed, key: str) -> Failed:
    """The same without the key, which some servers repeat in their complaint or its headers."""
    if failed.request_id:
        failed = replace(failed, request_id=without_key(failed.request_id, key))
    if failed.message is None:
        return failed
    message = without_key(failed.message, key)
    return replace(failed, message=_SECRET.sub(MASK, _without_its_beginning(message, key)))


def _without_its_beginning(message: str, key: str) -> str:
    """A message that was cut may have been cut within the key."""
    if not message.endswith("…"):
        return message
    start = message[:-1]
    for length in range(len(key) - 1, 3, -1):
        if start.endswith(key[:length]):
            return f"{start[:-length]}{MASK}…"
    return message


_SECRET = re.compile(r"\b(?:sk|pk|key)[-_][\w-]{8,}|\bBearer\s+\S+", re.IGNORECASE)


def _number(outer: dict[str, Any], inner: dict[str, Any]) -> int | None:
    for value in (outer.get("statusCode"), inner.get("code"), inner.get("status")):
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 3:
            value = int(value)
        if type(value) is int and 400 <= value <= 599:
            return value
    return None


def _code(inner: dict[str, Any]) -> str | None:
    for value in (inner.get("code"), inner.get("type")):
        if type(value) is int or (isinstance(value, str) and value not in ("", "error")):
            return clip(str(value)[:100])
    return None


def _body(body: bytes) -> Any:
    """The error object in a body; whatever is none counts as a message."""
    text = body.decode("utf-8", "replace").strip().removeprefix("\ufeff")
    if not text.startswith("<"):
        framer = Framer()
        for _, data in framer.feed(body) + framer.finish():
            try:
                return parse_json(data)
            except ValueError:
                continue
    return {"message": text}
