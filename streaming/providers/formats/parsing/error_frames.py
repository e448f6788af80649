"""Which JSON objects are errors, though they came where an answer was to come.

Servers write errors in many shapes; only what no answer ever holds counts as one. What its words
mean is read by `failure`, which gets the object itself, or one in a shape that it knows.
"""

from typing import Any

from streaming.providers.formats.building.event_builder import EventBuilder
from streaming.providers.formats.error_bodies.failures import failure
from streaming.providers.formats.framing import non_json
from streaming.providers.formats.json_values import mapping, mappings

_GOOD = (None, 0, "0", 200, "200", "", "ok", "OK", "success", "Success", "null")
_MESSAGES = ("message", "msg", "error_msg", "errmsg", "error_message", "Message", "reason")
_CODES = ("code", "error_code", "errcode", "errno")
_STATUSES = ("statusCode", "status_code", "status")
_ANSWERS = (
    *("choices", "content", "delta", "output", "data", "response", "item", "part", "usage"),
    *("content_block", "request", "text", "final", "name", "index", "object"),
)
"""Keys of what a format says itself: with one of them, a message and a code are no error."""

_WORDS = ("error", "failed", "fail", "failure")


def error_in(value: dict[str, Any]) -> dict[str, Any] | None:
    """The error that this object is, or holds in place of an answer; None if it is none."""
    if _is_bad(value.get("error")):
        return value
    if _says_error(value.get("type")) or _says_error(value.get("object")):
        return value
    if (base := mapping(value.get("base_resp"))) and base.get("status_code") not in _GOOD:
        return {"error": {"code": base["status_code"], "message": base.get("status_msg")}}
    if value.get("success") is False or value.get("errors"):
        return value
    if value.get("success") is not True and not any(value.get(key) for key in _ANSWERS):
        return _bare(value)
    return _in_choice(value)


def fail_if_error(builder: EventBuilder, value: dict[str, Any]) -> bool:
    """Whether this value is an error, which then ends the answer."""
    error = error_in(value)
    if error is not None:
        builder.fail(failure(error))
    return error is not None


def _is_bad(error: Any) -> bool:
    return bool(error) and error not in ("null", "none", "None")


def _says_error(word: Any) -> bool:
    return type(word) is str and (word == "error" or word.endswith(("_error", ".error")))


def _bare(value: dict[str, Any]) -> dict[str, Any] | None:
    """An object that says nothing of an answer, only what is wrong."""
    if value.get("detail") or mapping(value.get("fault")):
        return value
    message = next((value[key] for key in _MESSAGES if type(value.get(key)) is str), None)
    code = next((value[key] for key in _CODES if value.get(key) not in _GOOD), None)
    status = next((value[key] for key in _STATUSES if _is_bad_status(value.get(key))), None)
    if status is not None and (message or status in _WORDS):
        return value
    if not message or (code is None and not non_json.is_error(message)):
        return None
    if code is None and any(value.get(key) in _GOOD[1:] for key in (*_CODES, "success")):
        return None
    return value if "message" in value else {"error": {"code": code, "message": message}}


def _is_bad_status(status: Any) -> bool:
    number = int(status) if type(status) is str and status.isdecimal() else status
    return number in _WORDS or (type(number) is int and number >= 400)


def _in_choice(value: dict[str, Any]) -> dict[str, Any] | None:
    """The error that OpenRouter and others put into a choice, its delta or its message."""
    for choice in mappings(value.get("choices")):
        for place in (choice, choice.get("delta"), choice.get("message")):
            if _is_bad(error := mapping(place).get("error")):
                return {"error": error}
    return None
