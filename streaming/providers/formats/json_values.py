"""Reading JSON that a stranger wrote: every value may be anything, none may raise.

Strings that leave here can be stored and sent: no lone surrogate, no NUL.
"""

import json
import math
import re
from typing import Any, NoReturn

_UNFIT = re.compile("[\ud800-\udfff\0]")
_MAX_COUNT = 2**53


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_decoder = json.JSONDecoder(parse_constant=_refuse_constant)


def parse_json(data: str) -> Any:
    """The value, or ValueError for whatever is not JSON, however deeply nested."""
    try:
        # `decode` looks for blanks around the value, at a third of the cost of a small one.
        value, end = _decoder.raw_decode(data) if data[:1] in ("{", "[") else (None, -1)
        return value if end == len(data) else _decoder.decode(data)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def compact(value: Any) -> str:
    """JSON without blanks, other alphabets kept: how a call's argument object is shown.

    Empty for what is nested so deeply that it could only just be read.
    """
    try:
        return clean(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    except RecursionError:
        return ""


def storable(value: Any) -> Any:
    """The JSON value with every string in it clean; None if it is nested too deeply."""
    try:
        return _storable(value)
    except RecursionError:
        return None


def _storable(value: Any) -> Any:
    if type(value) is str:
        return clean(value)
    if type(value) is list:
        return [_storable(item) for item in value]
    if type(value) is dict:
        return {clean(key): _storable(item) for key, item in value.items()}
    return value


def clean(text: str) -> str:
    """Surrogate pairs joined; lone surrogates and NUL replaced by U+FFFD."""
    if not _UNFIT.search(text):
        return text
    halves = text.replace("\0", "\ufffd").encode("utf-16-le", "surrogatepass")
    return halves.decode("utf-16-le", "replace")


def mapping(value: Any) -> dict[str, Any]:
    return value if type(value) is dict else {}


def mappings(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if type(item) is dict] if type(value) is list else []


def string(value: Any) -> str:
    """The string as it came: fit for `EventBuilder`, which joins pairs that are still split."""
    return value if type(value) is str else ""


def word(value: Any) -> str:
    """A string to keep: an id, a name, a message."""
    return clean(value) if type(value) is str else ""


def count(value: Any) -> int | None:
    """A number of tokens, if it can be one."""
    return value if type(value) is int and 0 <= value <= _MAX_COUNT else None


def number(value: Any) -> float | None:
    """An amount of money, if it can be one."""
    if type(value) not in (int, float) or not 0 <= value <= _MAX_COUNT:
        return None
    return value if math.isfinite(value) else None


def counts(source: dict[str, Any], **names: str) -> dict[str, int]:
    """Those of `source`'s numbers that are there, under our names (ours = theirs)."""
    found = {ours: count(source.get(theirs)) for ours, theirs in names.items()}
    return {ours: value for ours, value in found.items() if value is not None}
