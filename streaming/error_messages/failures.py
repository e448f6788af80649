"""What can go wrong with an answer: its code, what the reader is told, what can help. Pure.

An upstream's own words appear in a sentence, cut and made plain; the page escapes them.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils import translation
from django.utils.translation import gettext_noop

from streaming.error_messages.durations import duration
from streaming.error_messages.refused_parameters import LABELS, refused
from streaming.error_messages.retelling import SAID
from streaming.events import ErrorKind, Failed
from streaming.providers.config import Timeouts


class Explanation(NamedTuple):
    """`retry` and `resume`: whether that button can help. `passes`: it may be over in a moment,
    so that the same request may be sent again, but only while nothing of the answer has come.
    """

    code: str
    sentence: str
    retry: bool = False
    resume: bool = False
    passes: bool = False


_BOTH = {"retry": True, "resume": True}

_ALL = (
    # what upstream did (E1-E13)
    Explanation(
        "upstream_auth",
        "The provider refused the key. Check it under Providers.",
    ),
    Explanation("upstream_forbidden", "The provider does not allow this."),
    Explanation("upstream_quota", "The account at the provider has no credit left."),
    Explanation(
        "upstream_rate_limited", "The provider asks to wait a moment.", **_BOTH, passes=True
    ),
    Explanation("upstream_overloaded", "The provider is overloaded.", **_BOTH, passes=True),
    Explanation("upstream_timeout", "The provider did not answer in time.", **_BOTH, passes=True),
    Explanation(
        "upstream_disconnected", "The connection to the provider broke off.", **_BOTH, passes=True
    ),
    Explanation("upstream_bad_request", "The provider rejected the request.", retry=True),
    Explanation("context_too_long", "The conversation is longer than this model can read."),
    Explanation("upstream_too_large", "The answer was cut at 2 MiB.", resume=True),
    Explanation(
        "upstream_bad_response",
        "The provider sent something unreadable. Is the address right?",
        **_BOTH,
    ),
    Explanation("upstream_model", "This model does not exist there. Choose another."),
    Explanation("upstream_server_error", "The provider had an error.", **_BOTH),
    Explanation("content_filtered", "The provider withheld the answer."),
    # what this site did (E14-E20), and what keeps it from asking at all
    Explanation(
        "storage_unavailable", "The server cannot save right now. Your text is still here.", **_BOTH
    ),
    Explanation("not_found", "This conversation does not exist."),
    Explanation("interrupted", "The server restarted while this was being written.", **_BOTH),
    Explanation(
        "address_refused",
        "The provider's address may not be called from here. An administrator can allow it.",
    ),
    Explanation(
        "model_without_service",
        "A gateway needs to know the service, too. Choose a model that is written as "
        "service/model, such as google-gemini/gemini-2.0-flash.",
    ),
    Explanation(
        "provider_removed", "This provider is not connected any more. Choose another model."
    ),
    Explanation(
        "key_unreadable",
        "The provider's key cannot be read any more. An administrator must enter the key again.",
    ),
    Explanation(
        "own_key_missing",
        "This provider is asked with keys of your own alone. "
        "Enter yours in Settings, under Provider keys.",
    ),
    Explanation(
        "own_key_unreadable",
        "Your key for this provider cannot be used any more: it cannot be read, or the provider's "
        "address is another one. Enter the key again in Settings, under Provider keys.",
    ),
    Explanation("internal", "Something went wrong here. It has been logged.", **_BOTH),
)
_BY_CODE = {each.code: each for each in _ALL}

CANNOT_SHOW_SENTENCE = gettext_noop(
    "This cannot be shown just now. All of it is kept. Reload the page later."
)

STORAGE_SENTENCE = _BY_CODE["storage_unavailable"].sentence

_CODES: dict[ErrorKind, str] = {
    "billing": "upstream_quota",
    "context_window": "context_too_long",
    "content_filter": "content_filtered",
    "rate_limit": "upstream_rate_limited",
    "auth": "upstream_auth",
    "permission": "upstream_auth",
    "not_found": "upstream_model",
    "too_large": "context_too_long",
    "overloaded": "upstream_overloaded",
    "timeout": "upstream_timeout",
    "server": "upstream_server_error",
    "invalid_request": "upstream_bad_request",
    "unknown": "upstream_server_error",
    "malformed": "upstream_bad_response",
    "truncated": "upstream_disconnected",
    "connection": "upstream_disconnected",
}

_NEVER_ASKED = (
    *("address_refused", "provider_removed", "model_without_service"),
    *("key_unreadable", "own_key_missing", "own_key_unreadable"),
)
"""Our own codes. An upstream that says one of them has another kind."""

_REFUSED_PARAMETER = gettext_noop(
    "The provider does not take the value of “%(parameter)s”. Change it under “System prompt and "
    "parameters”, then retry."
)

_REFUSED_FILES = gettext_noop(
    "The provider did not take the pictures or documents: this model may take none. Choose another "
    "model, or ask without them."
)

_TOO_LARGE = ("answer_too_large", "frame_too_large", "body_too_large")


def explain(
    failed: Failed,
    timeouts: Timeouts,
    *,
    midway: bool = False,
    asked: Mapping[str, Any] | None = None,
    with_files: bool = False,
) -> Explanation:
    """What to tell of a failed answer; `timeouts` are the provider's, for the wording.

    `midway`: something of the answer had come, so the address is right. `asked` are the parameters
    that a person set, as they were sent; `with_files`: so were pictures or PDFs. In English, for it
    is kept with the answer: `retelling` says it in the language of whoever reads it.
    """
    with translation.override("en"):
        known = _explain(failed, timeouts, midway, asked or {})
        return _about_files(known, failed) if with_files else known


def _explain(
    failed: Failed, timeouts: Timeouts, midway: bool, asked: Mapping[str, Any]
) -> Explanation:
    known = _BY_CODE[_code(failed)]
    if known.code == "upstream_bad_request" and (name := refused(failed, asked)):
        label = {"parameter": LABELS[name]}
        said = SAID % {"said": failed.message} if failed.message else ""
        return known._replace(sentence=_REFUSED_PARAMETER % label + said)
    return known._replace(
        sentence=_sentence(known, failed, timeouts, midway) + _said(failed),
        passes=known.passes and failed.retryable and failed.code != "total",
    )


def _about_files(known: Explanation, failed: Failed) -> Explanation:
    """A request may be refused for its files alone, where nobody knew that the model takes none."""
    if known.code != "upstream_bad_request" or not _OF_FILES.search(failed.message or ""):
        return known
    return known._replace(sentence=_REFUSED_FILES + SAID % {"said": failed.message})


_OF_FILES = re.compile(
    r"image|picture|vision|visual|multi-?modal|\bpdf\b|\bfiles?\b", re.IGNORECASE
)


def sentence(code: str) -> str:
    """What to tell of a failure of which only the code was stored."""
    return _BY_CODE.get(code, _BY_CODE["internal"]).sentence


def can_retry(code: str) -> bool:
    return _BY_CODE.get(code, _BY_CODE["internal"]).retry


def _code(failed: Failed) -> str:
    if failed.kind == "connection" and failed.code in _NEVER_ASKED:
        return failed.code
    if failed.kind == "malformed" and failed.code in _TOO_LARGE:
        return "upstream_too_large"
    if failed.kind == "truncated" and failed.code == "no_events":
        return "upstream_bad_response"
    if failed.kind == "permission" and not _is_about_the_key(failed):
        return "upstream_forbidden"
    if failed.kind == "not_found" and not _is_about_a_model(failed):
        # A wrong path is answered with 404 as well, by whoever lives at that address.
        return "upstream_bad_response"
    return _CODES[failed.kind]


def _is_about_the_key(failed: Failed) -> bool:
    """Whether a 403 may be one: it says so, or nothing at all."""
    said = failed.message or ""
    return not said or bool(_NO_REASON.fullmatch(said) or _OF_A_KEY.search(said))


_NO_REASON = re.compile(
    r"\W*(?:403)?\W*(?:forbidden|access (?:is )?denied|permission denied|not allowed)\W*",
    re.IGNORECASE,
)
_OF_A_KEY = re.compile(r"\bkeys?\b|api.?key|\btoken\b|credential|authenti|unauthori", re.IGNORECASE)


def _is_about_a_model(failed: Failed) -> bool:
    return "model" in f"{failed.code} {failed.message}".lower()


def _sentence(known: Explanation, failed: Failed, timeouts: Timeouts, midway: bool) -> str:
    if known.code == "upstream_timeout":
        return _waited(failed, timeouts) or known.sentence
    if known.code == "upstream_rate_limited" and failed.retry_after:
        return gettext_noop("The provider asks to wait %(duration)s.") % {
            "duration": duration(failed.retry_after)
        }
    if known.code == "upstream_rate_limited" and not failed.retryable:
        return gettext_noop("A limit of the provider is used up.")
    if known.code == "upstream_bad_request" and failed.message:
        return gettext_noop("The provider rejected the request: %(message)s") % {
            "message": failed.message
        }
    if known.code == "upstream_bad_response" and midway and failed.code != "html":
        return gettext_noop("The provider sent something unreadable.")
    if failed.code == "frame_too_large":
        return gettext_noop(
            "The provider sent a line of more than 1 MiB. The answer was cut there."
        )
    if failed.code == "body_too_large":
        return gettext_noop("The provider sent more than 32 MiB. The answer was cut there.")
    return known.sentence


def _said(failed: Failed) -> str:
    """The provider's own words after our sentence, where that does not hold them already."""
    is_ours = failed.kind in _OUR_KINDS or not is_told_by_it(failed)
    said = (failed.message or "") if not is_ours else _title(failed)
    return SAID % {"said": said} if said and failed.kind != "invalid_request" else ""


def _title(failed: Failed) -> str:
    """Of a page that came in the place of an answer: it follows our own words."""
    return (failed.message or "").partition(": ")[2] if failed.code == "html" else ""


def is_told_by_it(failed: Failed) -> bool:
    """Whether the message is the provider's own, and not what this site says of it."""
    replied = failed.status is not None and failed.code != "redirect"
    is_ours = failed.kind in _OUR_KINDS and not replied
    return bool(failed.message) and not is_ours and not _is_a_limit_of_ours(failed)


_OUR_KINDS = frozenset({"malformed", "truncated", "connection"})
"""Kinds that no server names: the message is ours."""


def _is_a_limit_of_ours(failed: Failed) -> bool:
    return failed.kind == "timeout" and failed.status is None and bool(_waited(failed, Timeouts()))


def _waited(failed: Failed, timeouts: Timeouts) -> str:
    if failed.code in ("connect", "first_byte"):
        limit = getattr(timeouts, failed.code)
        return gettext_noop("The provider did not answer in %(duration)s.") % {
            "duration": duration(limit)
        }
    if failed.code in ("silence", "no_text"):
        return gettext_noop("The provider stopped writing.")
    if failed.code == "total":
        return gettext_noop("The answer made no progress for %(duration)s.") % {
            "duration": duration(timeouts.total)
        }
    return ""
