"""What a server's sentences and codes mean, whatever number they came with."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from streaming.events import ErrorKind

_MONEY = r"(?:balance|credits?|funds?)"
_GONE = r"(?:too low|insufficient|exhausted|depleted|used up|not enough)"
_KEY = r"(?:api[ _-]?key|access token|token provided)"
_ABSENT = r"(?:not supported|unsupported|not available)"

_NUMBERED: tuple[ErrorKind, ...] = ("server", "invalid_request", "permission")
_VAGUE: tuple[ErrorKind, ...] = ("unknown", *_NUMBERED)


class _Sentence(NamedTuple):
    """`within`: the kinds that such a sentence explains better than their number did."""

    kind: ErrorKind
    pattern: re.Pattern[str]
    within: frozenset[ErrorKind]


def _sentence(kind: ErrorKind, within: Iterable[ErrorKind], *patterns: str) -> _Sentence:
    return _Sentence(kind, re.compile("|".join(patterns), re.IGNORECASE), frozenset(within))


# The first that fits holds.
_SENTENCES = (
    _sentence(
        "billing",
        ("rate_limit", "auth", "overloaded", *_VAGUE),
        rf"insufficient (?:\w+ ){{0,2}}(?:{_MONEY}|quota)",
        rf"\b{_MONEY}\W+(?:\w+\W+){{0,4}}{_GONE}",
        rf"not enough (?:\w+ )?{_MONEY}",
        rf"\b(?:out of|no|more|zero|negative) {_MONEY}\b",
        r"exceeded your current quota",
        r"check your plan and billing",
        r"(?:credit|key) limit (?:is )?(?:exceeded|reached)",
        r"reached your credit limit",
        r"\baccount\b.{0,80}\b(?:suspended|overdue)",
        r"payment (?:is )?required",
        r"billing (?:hard|soft|is|not|account)",
        r"spend(?:ing)? (?:limit|cap)",
        r"specified (?:\w+ )?usage limits?",
        r"\bin arrears?\b",
        r"account is in good standing",
        r"\btop[ -]up\b",
        r"\brecharge\b",
        r"free (?:tier|quota|trial)(?: \w+){0,5} (?:exhausted|used up|ended|expired)",
        r"余额不足|欠费",
    ),
    _sentence(
        "context_window",
        ("rate_limit", "too_large", *_VAGUE),
        r"context (?:length|window|size)",
        r"maximum (?:prompt|input) (?:length|size)",
        r"(?:prompt|input|conversation|request) (?:is |was )?too (?:long|large)",
        r"exceeds? the (?:model's )?(?:maximum |available )?context",
        r"input token count",
    ),
    _sentence(
        "rate_limit",
        ("overloaded", *_NUMBERED),
        r"\brate.?limit",
        r"too many requests",
        r"(?:requests|tokens) per (?:sec|min|hour|day)",
        r"(?:retry|try again) (?:in|after) \d",
    ),
    _sentence(
        "content_filter",
        ("unknown", "invalid_request", "permission"),
        r"content (?:management )?(?:policy|filter)",
        r"\bflagged\b",
        r"moderation",
        r"safety (?:system|polic|filter|guideline)",
        r"(?:inappropriate|sensitive) (?:words|content)",
    ),
    _sentence(
        "permission",
        ("unknown", "invalid_request"),
        rf"\b(?:country|region|territory|location)\b.{{0,40}}\b{_ABSENT}",
    ),
    _sentence(
        "auth",
        ("invalid_request", "server"),
        rf"{_KEY} (?:\w+ )?(?:not valid|invalid|missing|expired|incorrect)",
        rf"(?:invalid|incorrect|missing|wrong|expired) {_KEY}",
    ),
    _sentence(
        "overloaded",
        _VAGUE,
        r"\boverloaded\b",
        r"(?:at|over) capacity",
        r"is (?:currently )?loading",
    ),
)

_A_DAY = re.compile(r"per[ -](?:day|week|month)|of the day|\b(?:dai|week|month)ly\b", re.IGNORECASE)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[.\s-]+")


def kind_in_words(sentence: str, kind: ErrorKind) -> ErrorKind | None:
    """The kind that a sentence names, where it explains one found by code or number."""
    known = (each for each in _SENTENCES if kind in each.within)
    return next((each.kind for each in known if each.pattern.search(sentence)), None)


def lasts_long(sentence: str) -> bool:
    """Whether the limit is one of a day or more, so that asking again soon cannot help."""
    return _A_DAY.search(sentence) is not None


def spellings(word: str) -> tuple[str, str]:
    """A code as it is, and as others write it: `RateLimitError` is `rate_limit` there."""
    snake = _HUMP.sub("_", word).lower()
    return snake, snake.removesuffix("_error").removesuffix("_exception")
