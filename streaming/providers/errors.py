"""What went wrong upstream, from any of the shapes in which servers say it, as `Failed`."""

import html
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from streaming.events import ErrorKind, Failed
from streaming.providers.framing import Framer
from streaming.providers.values import clean, mapping, mappings, parse_json

MAX_MESSAGE = 300
"""Characters of an upstream's message that we show."""


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
        "insufficient_balance payment_required billing_hard_limit_reached",
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
        "content_filter content_filter_error inappropriate_content content_policy_violation "
        "image_content_policy_violation moderation_blocked invalid_prompt bio_policy "
        "misalignment_policy_violation",
    ),
    _Rule(
        "rate_limit",
        True,
        "rate_limit_error rate_limit_exceeded rate_limited too_many_requests throttling_error",
        [429],
    ),
    _Rule("auth", False, "authentication_error invalid_api_key unauthorized", [401]),
    _Rule("permission", False, "permission_error permission_denied forbidden", [403]),
    _Rule("not_found", False, "not_found_error model_not_found not_found", [404]),
    _Rule("too_large", False, "request_too_large", [413]),
    _Rule(
        "overloaded",
        True,
        "overloaded_error overloaded service_unavailable engine_overloaded "
        "insufficient_system_resource",
        [503, 529],
    ),
    _Rule(
        "timeout",
        True,
        "timeout_error gateway_timeout request_timeout timeout vector_store_timeout",
        [408, 504],
    ),
    _Rule(
        "server",
        True,
        "server_error api_error internal_server_error internal_error upstream_error",
        range(500, 600),
    ),
    _Rule(
        "invalid_request",
        False,
        "invalid_request_error invalid_request validation_error bad_request",
        range(400, 500),
    ),
)
_UNKNOWN = _Rule("unknown", True, "")
_BY_WORD = {
    word: rank for rank, rule in reversed([*enumerate(_RULES)]) for word in rule.words.split()
}
_BY_STATUS = {code: rank for rank, rule in reversed([*enumerate(_RULES)]) for code in rule.statuses}


def failure(value: Any, *, status: int | None = None) -> Failed:
    """The `Failed` for an error object of any known shape; `status` is HTTP's, if any."""
    outer, inner = _layers(value)
    words = [inner.get("type"), inner.get("code"), inner.get("status"), outer.get("error")]
    ranks = [_BY_WORD.get(word.lower()) for word in words if isinstance(word, str)]
    ranks.append(_BY_STATUS.get(_number(outer, inner) or status or 0))
    known = [rank for rank in ranks if rank is not None]
    rule = _RULES[min(known)] if known else _UNKNOWN
    return Failed(
        rule.kind,
        rule.retryable,
        message=_message(outer, inner),
        code=_code(inner),
        status=status,
    )


def http_failure(status: int, headers: Mapping[str, str], body: bytes, now: float) -> Failed:
    """The `Failed` for an answer that is not 2xx. `now` is Unix time, for Retry-After."""
    headers = {name.lower(): value for name, value in headers.items()}
    if 300 <= status < 400:
        return Failed("malformed", True, "The server sent a redirect.", "redirect", status=status)
    value = _body(body)
    found = failure(value, status=status)
    wish = headers.get("x-should-retry", "").lower()
    return Failed(
        found.kind,
        {"true": True, "false": False}.get(wish, found.retryable),
        found.message,
        found.code,
        _retry_after(headers, value, now),
        status,
    )


def clip(text: str) -> str | None:
    """An upstream's words fit to show: plain, on one line, not long."""
    text = " ".join(clean(text[: MAX_MESSAGE * 4]).split())
    text = "".join(char for char in text if char.isprintable())
    return text[: MAX_MESSAGE - 1] + "…" if len(text) > MAX_MESSAGE else text or None


def redacted(failed: Failed, key: str) -> Failed:
    """The same without the key, which some servers repeat in their complaint."""
    if failed.message is None:
        return failed
    message = failed.message.replace(key, "••••") if key else failed.message
    return replace(failed, message=_SECRET.sub("••••", _without_its_beginning(message, key)))


def _without_its_beginning(message: str, key: str) -> str:
    """A message that was cut may have been cut within the key."""
    if not message.endswith("…"):
        return message
    shown = message[:-1]
    for length in range(len(key) - 1, 3, -1):
        if shown.endswith(key[:length]):
            return f"{shown[:-length]}••••…"
    return message


_SECRET = re.compile(r"\b(?:sk|pk|key)[-_][\w-]{8,}|\bBearer\s+\S+", re.IGNORECASE)


def _layers(value: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The outer object, and the one that holds the error's own words."""
    if isinstance(value, list):
        value = next(iter(mappings(value)), {})
    if isinstance(value, str):
        value = {"message": value}
    outer = mapping(value)
    return outer, mapping(outer.get("error")) or outer


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


def _message(outer: dict[str, Any], inner: dict[str, Any]) -> str | None:
    told = (inner.get("message"), outer.get("message"), outer.get("error"), outer.get("detail"))
    for value in told:
        if isinstance(value, list):
            parts = [item if isinstance(item, str) else mapping(item).get("msg") for item in value]
            value = "; ".join(part for part in parts if isinstance(part, str))
        if isinstance(value, str) and (message := clip(value)):
            return message
    return None


def _body(body: bytes) -> Any:
    """The error object in a body; a page's title or plain words count as a message."""
    text = body.decode("utf-8", "replace").strip().removeprefix("\ufeff")
    if text.startswith("<"):
        title = re.search(r"<title[^>]*>([^<]*)", text, re.IGNORECASE)
        return {"message": html.unescape(title[1])} if title else {}
    framer = Framer()
    for _, data in framer.feed(body) + framer.finish():
        try:
            return parse_json(data)
        except ValueError:
            continue
    return {"message": text}


def _retry_after(headers: Mapping[str, str], value: Any, now: float) -> float | None:
    """Seconds to wait, if the server said so: milliseconds, then the header, then the body."""
    outer, inner = _layers(value)
    wishes = (
        _seconds(headers.get("retry-after-ms"), 0.001),
        _seconds(headers.get("retry-after")),
        _until(headers.get("retry-after"), now),
        _seconds(inner.get("retry_after")),
        _seconds(outer.get("retry_after")),
    )
    return next((wish for wish in wishes if wish is not None), None)


def _seconds(value: Any, unit: float = 1.0) -> float | None:
    try:
        seconds = float(value) * unit
    except (TypeError, ValueError, OverflowError):
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _until(value: str | None, now: float) -> float | None:
    try:
        moment = parsedate_to_datetime(value or "")
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    seconds = moment.timestamp() - now
    return seconds if seconds >= 0 else None
