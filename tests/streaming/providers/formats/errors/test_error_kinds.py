"""Errors in whatever shape, in every format, before text and after it: never a finished answer."""

import json
from typing import Any

import pytest

from tests.streaming.providers.formats.oddities import bodies
from tests.streaming.providers.formats.oddities.bodies import (
    DONE,
    FORMATS,
    TEXT,
    Frame,
)

each_format = pytest.mark.parametrize("wire", FORMATS)

WORDS = "The engine ran out of memory"
OBJECTS: list[dict[str, Any]] = [
    {"error": {"message": WORDS}},
    {"error": WORDS},
    {"object": "error", "message": WORDS, "type": "InternalServerError", "code": 500},
    {"type": "error", "message": WORDS},
    {"type": "error", "error": {"type": "api_error", "message": WORDS}},
    {"type": "server_error", "message": WORDS},
    {"base_resp": {"status_code": 1013, "status_msg": WORDS}},
    {"success": False, "message": WORDS},
    {"code": "InternalError", "message": WORDS, "request_id": "r"},
    {"code": 50501, "msg": WORDS},
    {"error_code": 336100, "error_msg": WORDS},
    {"errors": [{"message": WORDS}]},
    {"detail": WORDS},
    {"detail": [{"loc": ["body"], "msg": WORDS, "type": "x"}]},
    {"statusCode": 500, "message": WORDS},
    {"status": "error", "message": WORDS},
    {"message": WORDS},
]
LINES = [
    f"error: {WORDS}\n\n",
    f"Error: {WORDS}\n\n",
    f"data: error: {WORDS}\n\n",
    f"data: [ERROR] {WORDS}\n\n",
    f'data: "{WORDS}"\n\n',
    f"data: {WORDS}\n\n",
    f"event: error\ndata: {WORDS}\n\n",
    f'event: error\ndata: {{"message": "{WORDS}"}}\n\n',
    f'error: {{"message": "{WORDS}"}}\n\n',
    f'{{"error": {{"message": "{WORDS}"}}}}\n',
    f'{{\n  "error": {{\n    "message": "{WORDS}"\n  }}\n}}\n',
    f"{WORDS}\n",
    f"<html><head><title>{WORDS}</title></head></html>\n",
    f"data: <html><head><title>{WORDS}</title></head></html>\n\n",
]


def expects_a_failure_with_its_words(wire: str, error: bytes) -> None:
    for done in (b"", b"data: [DONE]\n\n"):
        for before, text in ((b"", ""), (bodies.framed(bodies.frames(wire)), TEXT)):
            said = bodies.said(wire, before + error + done)
            assert (said.text, said.finish) == (text, None)
            assert said.failed
            assert WORDS in (said.failed.message or ""), said.failed


@each_format
@pytest.mark.parametrize("error", OBJECTS)
def test_an_error_object_is_a_failure_with_its_words(wire: str, error: dict[str, Any]) -> None:
    expects_a_failure_with_its_words(wire, bodies.one(Frame(error)))


@each_format
@pytest.mark.parametrize(
    "line", [line for line in LINES if not line.startswith((WORDS, "<", "data: <"))]
)
def test_an_error_in_a_line_is_a_failure_with_its_words(wire: str, line: str) -> None:
    expects_a_failure_with_its_words(wire, line.encode())


@pytest.mark.parametrize("wire", ["chat", "responses", "messages", "gateway"])
@pytest.mark.parametrize("line", [line for line in LINES if line.startswith((WORDS, "<"))])
def test_words_that_nobody_framed_say_why_a_stream_ended(wire: str, line: str) -> None:
    said = bodies.said(wire, bodies.framed(bodies.frames(wire)) + line.encode())
    assert (said.text, said.finish) == (TEXT, None)
    assert said.failed
    assert WORDS in (said.failed.message or "")


@each_format
def test_a_bare_error_is_a_failure_as_a_whole_body(wire: str) -> None:
    for error in OBJECTS:
        for body in (error, [error]):
            said = bodies.said(wire, json.dumps(body, indent=1).encode())
            assert (said.text, said.finish) == ("", None)
            assert said.failed
            assert WORDS in (said.failed.message or "")


@pytest.mark.parametrize("place", ["choice", "delta", "message"])
@pytest.mark.parametrize("reason", ["error", None])
def test_an_error_inside_the_choice_is_a_failure(place: str, reason: str | None) -> None:
    error = {"error": {"code": 502, "message": WORDS}}
    choice: dict[str, Any] = {"index": 0, "delta": {"content": ""}, "finish_reason": reason}
    if place == "choice":
        choice |= error
    else:
        choice[place] = {"content": ""} | error
    said = bodies.said(
        "chat",
        bodies.framed([bodies.says("chat", "Half"), Frame({"choices": [choice]}), Frame(DONE)]),
    )
    assert (said.text, said.finish) == ("Half", None)
    assert said.failed
    assert said.failed.message == WORDS


def test_an_item_of_a_gateway_that_is_called_error_is_one() -> None:
    item = {"type": "text", "name": "error", "content": WORDS, "index": 0}
    expects_a_failure_with_its_words("gateway", bodies.one(Frame(item)))


HARMLESS: list[dict[str, Any]] = [
    {"code": 0, "message": "success"},
    {"code": 200, "msg": "OK"},
    {"status": "processing", "message": "in line"},
    {"message": "pong"},
    {"base_resp": {"status_code": 0, "status_msg": ""}},
    {"error": None},
    {"error": {}},
    {"errors": []},
    {"error": "null"},
]


@each_format
@pytest.mark.parametrize("value", HARMLESS)
def test_what_says_that_all_is_well_is_no_error(wire: str, value: dict[str, Any]) -> None:
    body = bodies.one(Frame(value)) + bodies.framed(bodies.whole(wire))
    assert bodies.said(wire, body) == bodies.WHOLE
