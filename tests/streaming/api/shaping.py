"""Whether a JSON value has the shape that the OpenAPI document gives it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from streaming.api import openapi

TYPES: Mapping[str, type] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "array": list,
    "object": dict,
}


def expects(value: Any, schema: dict[str, Any], at: str = "") -> None:
    """As far as the document's own words go; what it does not name may not be there."""
    if "$ref" in schema:
        schema = openapi.SCHEMAS[schema["$ref"].rpartition("/")[2]]
    if "oneOf" in schema:
        if value is not None:
            expects(value, schema["oneOf"][0], at)
        return
    kind = schema["type"]
    assert TYPES[kind] is _type(value), (at, value)
    assert value in schema.get("enum", [value]), (at, value)
    if kind == "array":
        for number, each in enumerate(value):
            expects(each, schema["items"], f"{at}/{number}")
    elif kind == "object":
        assert set(schema.get("required", ())) <= value.keys(), (at, value.keys())
        assert value.keys() <= schema["properties"].keys(), (at, value.keys())
        for name, each in value.items():
            expects(each, schema["properties"][name], f"{at}/{name}")


def _type(value: Any) -> Any:
    return type(value)


def operation(path: str, method: str) -> dict[str, Any]:
    """The one whose address this is."""
    for pattern, methods in openapi.document()["paths"].items():
        parts = pattern.split("/")
        said = path.partition("?")[0].split("/")
        if len(parts) == len(said) and all(
            part == word or part.startswith("{") for part, word in zip(parts, said, strict=True)
        ):
            found: dict[str, Any] = methods[method]
            return found
    raise AssertionError(f"{path} is not in the document")
