"""How long a server asks to wait, from wherever it says so.

What it says of this very request is certain: `Retry-After`, a wait in the body, a time in its
sentence, and the reset of a limit of which nothing remains. Of these the longest counts. The
reset of a limit that may not be the one in the way counts only where nothing else is said.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from streaming.providers.formats.error_bodies.layers import layers

_SECONDS = {
    **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds"), 0.001),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86400.0),
}
_UNITS = "|".join(sorted(_SECONDS, key=len, reverse=True))
_PART = re.compile(rf"(\d+(?:\.\d+)?)\s*({_UNITS})(?![a-z])", re.IGNORECASE)
_DURATION = rf"\d+(?:\.\d+)?\s*(?:{_UNITS})(?![a-z])"
_IN_WORDS = re.compile(
    r"\b(?:again|retry|retrying|wait|resets?|available)\b(?:[^\w'’]+(?!\d)[\w'’]+){0,4}[^\w'’]+"
    rf"({_DURATION}(?:[\s,]*(?:and\s+)?{_DURATION})*)",
    re.IGNORECASE,
)

_WAITS = {
    **dict.fromkeys(("retryafter", "retryafterseconds", "retryafters", "retrydelay"), 1.0),
    **dict.fromkeys(("retryinseconds", "resetsinseconds", "estimatedtime", "waitseconds"), 1.0),
    **dict.fromkeys(("retryafterms", "retryaftermilliseconds", "retrydelayms"), 0.001),
}
"""Keys of a body, without what joins their words, and the seconds in a bare number there."""

_MOMENTS = frozenset({"retryat", "resetat", "resetsat"})

LONGEST = 31 * 86400.0
"""Seconds. What is longer is a mistake rather than a wait."""

_EPOCH, _EPOCH_MS = 1e9, 1e12
"""Bare numbers from here on are moments: seconds, then milliseconds since 1970."""


def requested_wait(
    value: Any, sentence: str, headers: Mapping[str, str], now: float
) -> float | None:
    """Seconds to wait, if the server asks for it. `sentence` is its own, `now` is Unix time,
    infinite where there is no clock, so that no moment counts.
    """
    found = layers(value)
    limits = [headers, *(_lowered(each) for each in found if _is_headers(each))]
    certain = [
        *(_header(each, now) for each in limits),
        *(wait for each in found for wait in _in_body(each, now)),
        *map(_in_all, _IN_WORDS.findall(sentence)),
        *(wait for each in limits for wait in _resets(each, now, spent=True)),
    ]
    perhaps = [wait for each in limits for wait in _resets(each, now, spent=False)]
    longest = _longest(certain)
    return longest if longest is not None else _longest(perhaps)


def _longest(waits: Iterable[float | None]) -> float | None:
    return max((wait for wait in waits if wait is not None and wait <= LONGEST), default=None)


def _header(headers: Mapping[str, str], now: float) -> float | None:
    """A header in milliseconds counts before `Retry-After`: it is more exact."""
    exact = _number(headers.get("retry-after-ms", headers.get("x-ms-retry-after-ms")), 0.001)
    return exact if exact is not None else _moment(headers.get("retry-after"), now)


def _in_body(layer: Mapping[str, Any], now: float) -> Iterator[float | None]:
    for key, value in layer.items():
        name = re.sub(r"[-_]", "", str(key)).lower()
        if name in _MOMENTS:
            yield _moment(str(value), now)
        elif (unit := _WAITS.get(name)) is not None:
            yield _wish(value, unit)


def _wish(value: Any, unit: float) -> float | None:
    if isinstance(value, dict):  # a protocol buffer's duration
        return (_number(value.get("seconds")) or 0) + (_number(value.get("nanos"), 1e-9) or 0)
    number = _number(value, unit)
    return number if number is not None else _duration(value)


def _resets(headers: Mapping[str, str], now: float, *, spent: bool) -> Iterator[float | None]:
    """When limits reset: those of which nothing remains, or those that do not say."""
    for name, value in headers.items():
        if "ratelimit" in name and "reset" in name:
            remaining = headers.get(name.replace("-after", "").replace("reset", "remaining"))
            left = _number(remaining)
            if (left == 0) if spent else (left is None):
                yield _moment(value, now)
        elif spent and name == "ratelimit" and (one := _ONE_FIELD.search(value)):
            yield _number(one["reset"])


_ONE_FIELD = re.compile(r"\br(?:emaining)?=0\b.*?\b(?:t|reset)=(?P<reset>\d+)")
"""The one header of the draft standard: `"default";r=0;t=30`, earlier `remaining=0, reset=30`."""


def _is_headers(layer: Mapping[str, Any]) -> bool:
    """Some proxies put the headers that they were sent into the body."""
    return any("ratelimit" in str(key).lower().replace("_", "-") for key in layer)


def _lowered(layer: Mapping[str, Any]) -> dict[str, str]:
    return {str(key).lower().replace("_", "-"): str(value) for key, value in layer.items()}


def _moment(value: str | None, now: float) -> float | None:
    """Seconds until then: a number of them, a duration, or a moment in any common writing."""
    text = (value or "").strip()
    if (number := _number(text)) is not None:
        if number >= _EPOCH_MS:
            number = number / 1000 - now
        elif number >= _EPOCH:
            number -= now
        return number if number >= 0 else None
    if (duration := _duration(text)) is not None:
        return duration
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(text)
        except (TypeError, ValueError, IndexError, OverflowError):
            continue
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now
        return seconds if seconds >= 0 else None
    return None


def _duration(value: Any) -> float | None:
    """`34s`, `1m9.7s`, `20ms`: the whole text is one duration."""
    text = str(value).strip()
    return _in_all(text) if re.fullmatch(rf"(?:{_DURATION}\s*)+", text, re.IGNORECASE) else None


def _in_all(text: str) -> float:
    return sum(float(number) * _SECONDS[unit.lower()] for number, unit in _PART.findall(text))


def _number(value: Any, unit: float = 1.0) -> float | None:
    try:
        seconds = float(value) * unit
    except (TypeError, ValueError, OverflowError):
        return None
    return seconds if value is not True and math.isfinite(seconds) and seconds >= 0 else None
