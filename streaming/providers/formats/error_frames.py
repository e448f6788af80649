"""Which JSON objects are errors, though they came where an answer was to come.

Servers say it in many shapes; only what no answer ever holds is taken for one. What the words
in it mean is told by `errors`, which is handed the object, or one in the shape that it knows.
"""

from typing import Any

from streaming.providers.values import mapping, mappings

_GOOD = (None, 0, "0", 200, "200", "", "ok", "success", "null")
_MESSAGES = ("message", "msg", "error_msg", "errmsg", "error_message", "Message", "reason")
_CODES = ("code", "error_code", "errcode", "errno", "statusCode", "status_code", "status")
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
    if not any(key in value for key in _ANSWERS):
        return _bare(value)
    return _in_choice(value)


def _is_bad(error: Any) -> bool:
    return bool(error) and error not in ("null", "none", "None")


def _says_error(word: Any) -> bool:
    return type(word) is str and (word == "error" or word.endswith(("_error", ".error")))


def _bare(value: dict[str, Any]) -> dict[str, Any] | None:
    """An object that says nothing of an answer, only what is wrong."""
    if value.get("detail") or mapping(value.get("fault")):
        return value
    codes = [value[key] for key in _CODES if key in value]
    message = next((value[key] for key in _MESSAGES if type(value.get(key)) is str), None)
    if any(code in _WORDS for code in codes):
        return value
    if message is None or any(code in _GOOD for code in codes):
        return None
    if "type" in value and not codes:
        return None
    if type(value.get("message")) is str:
        return value
    return {"error": {"code": codes[0] if codes else None, "message": message}}


def _in_choice(value: dict[str, Any]) -> dict[str, Any] | None:
    """What OpenRouter and others put into the choice, or into what it says."""
    for choice in mappings(value.get("choices")):
        for place in (choice, choice.get("delta"), choice.get("message")):
            if _is_bad(error := mapping(place).get("error")):
                return {"error": error}
    return None
