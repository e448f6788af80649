"""Takes secrets out of log lines: keys, cookies, sign-in links, and headers that carry keys."""

from __future__ import annotations

import logging
import re

from streaming.providers.key_mask import MASK, without_known

_SECRETS = (
    # A header with its value, as text or as the bytes of a dumped list of headers.
    re.compile(
        r"(?P<kept>\b(?:proxy-)?(?:authorization|x-api-key|api-key|cookie|set-cookie)\b"
        r"['\"]?\s*[:=,]\s*(?:b(?=['\"]))?['\"]?)[^'\"\r\n]+",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<kept>\bBearer\s+)[^\s'\",;]+", re.IGNORECASE),
    re.compile(r"(?P<kept>\b)(?:sk|pk|key)[-_][\w-]{8,}"),
    re.compile(r"(?P<kept>\b)chatsite_[\w-]{40,}"),  # an access token
    re.compile(r"(?P<kept>\b(?:sessionid|csrftoken)(?:_\d+)?=)[^\s;'\"]+"),
    re.compile(r"(?P<kept>/sign-on/back/\?)\S+"),  # a code and a state
    re.compile(r"(?P<kept>/enter/|/password/link/|/s/)[\w-]{16,}"),
)


def redact(text: str) -> str:
    text = without_known(text)
    for secret in _SECRETS:
        text = secret.sub(rf"\g<kept>{MASK}", text)
    return text


class RedactingFormatter(logging.Formatter):
    """Redacts the finished line, traces included."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))
