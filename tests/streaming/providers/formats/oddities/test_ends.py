"""When an answer is finished, and when it is not, in every format."""

import json

import pytest

from streaming.providers.registry import PARSERS
from tests.streaming.providers.formats.oddities import bodies
from tests.streaming.providers.formats.oddities.bodies import (
    DONE,
    FORMATS,
    TEXT,
    THOUGHT,
    WHOLE,
    Frame,
)

WITH_REASON = ("chat", "messages", "gateway", "pawa")
WITH_WORD = ("chat", "messages", "pawa")

each_format = pytest.mark.parametrize("wire", FORMATS)

JUNK = [
    b"data: connection closed\n\n",
    b'data: "[DONE]"\n\n',
    b"data: [done]\n\n",
    b"data: Stream finished. Goodbye.\n\n",
    b"data: error: client disconnected\n\n",
    b'data: {"broken": \n\n',
    b"data: {'not': 'JSON'}\n\n",
    b"<!doctype html><title>Bad gateway</title>\n",
    b"upstream connect error or disconnect/reset before headers\n",
    b"\xff\xfe\x00\n\n",
    b"data: [1, 2\n\n",
    b"retry: 100\n\n",
]


@each_format
@pytest.mark.parametrize("junk", JUNK)
def test_after_a_valid_end_nothing_changes_the_answer(wire: str, junk: bytes) -> None:
    assert bodies.said(wire, bodies.framed(bodies.whole(wire)) + junk) == WHOLE


@pytest.mark.parametrize("wire", WITH_REASON)
@pytest.mark.parametrize("junk", JUNK)
def test_after_a_finish_reason_words_make_no_failure(wire: str, junk: bytes) -> None:
    body = bodies.framed([*bodies.frames(wire), *bodies.reason(wire)]) + junk
    said = bodies.said(wire, body)
    assert (said.text, said.reasoning, said.finish, said.failed) == (TEXT, THOUGHT, "stop", None)


@each_format
def test_nothing_after_its_end_is_read(wire: str) -> None:
    twice = bodies.framed(bodies.whole(wire)) * 2
    assert bodies.said(wire, twice) == WHOLE
    error = b'data: {"error": {"message": "Too late"}}\n\n'
    assert bodies.said(wire, bodies.framed(bodies.whole(wire)) + error) == WHOLE


@pytest.mark.parametrize("wire", WITH_REASON)
def test_text_after_a_finish_reason_takes_it_back(wire: str) -> None:
    early = [*bodies.opening(wire), *bodies.reason(wire), bodies.says(wire, "Monday, Tues")]
    parser = PARSERS[wire]()
    said = bodies.summed(
        [*parser.feed(bodies.framed(early)), *parser.finish(trusted=wire != "pawa")]
    )
    assert (said.text, said.finish) == ("Monday, Tues", None)
    assert said.failed
    assert said.failed.kind == "truncated"


@pytest.mark.parametrize("wire", WITH_REASON)
def test_a_thought_after_a_finish_reason_takes_it_back(wire: str) -> None:
    early = [*bodies.opening(wire), *bodies.reason(wire), bodies.thinks(wire, "But")]
    parser = PARSERS[wire]()
    parser.feed(bodies.framed(early))
    assert not parser.concluded


@pytest.mark.parametrize("wire", WITH_WORD)
@pytest.mark.parametrize("word", ["null", "NULL", "none", "None", "", " "])
def test_some_words_are_no_reason(wire: str, word: str) -> None:
    parser = PARSERS[wire]()
    parser.feed(bodies.framed([*bodies.frames(wire), *bodies.reason(wire, word)]))
    assert not parser.concluded
    said = bodies.summed(parser.finish(trusted=False))
    assert said.failed
    assert said.failed.kind == "truncated"


@pytest.mark.parametrize("wire", ("chat", "pawa"))
@pytest.mark.parametrize("word", ["null", "none", ""])
def test_an_end_without_a_reason_is_a_plain_stop(wire: str, word: str) -> None:
    items = [*bodies.frames(wire), *bodies.reason(wire, word), Frame(DONE)]
    assert bodies.said(wire, bodies.framed(items)).finish == "stop"


@each_format
@pytest.mark.parametrize(
    "body",
    [b"data: [DONE]\n\n", b"[DONE]", b"", b"data: ping\n\n", b"data: {}\n\ndata: [DONE]\n\n"],
)
def test_nothing_at_all_is_not_finished(wire: str, body: bytes) -> None:
    said = bodies.said(wire, body)
    assert said.finish is None
    assert said.failed


@each_format
def test_an_answer_of_another_format_is_not_finished(wire: str) -> None:
    for other in set(FORMATS) - {wire}:
        body = bodies.framed([*bodies.whole(other), Frame(DONE)])
        assert bodies.said(wire, body).finish is None, other


@pytest.mark.parametrize("status", ["queued", "in_progress"])
def test_a_response_that_is_not_there_yet_is_not_finished(status: str) -> None:
    body = json.dumps({"object": "response", "id": "r", "status": status, "output": []})
    assert bodies.said("responses", body.encode()).finish is None


# Choices of Chat Completions


def choice(index: object, text: str = "", reason: str | None = None) -> Frame:
    one = {"index": index, "delta": {"content": text}, "finish_reason": reason}
    return Frame({"choices": [one]})


@pytest.mark.parametrize("ends_by", [[], [Frame(DONE)]])
@pytest.mark.parametrize(
    "indexes", [[0, 1, 2, 3], [1, 1, 1, 1], [*range(30)], ["0", "1", "2", "3"], [5, 6, 7, 8]]
)
def test_the_only_choice_of_each_chunk_is_the_answer(
    indexes: list[object], ends_by: list[Frame]
) -> None:
    *first, last = indexes
    items = [choice(index, f"{number} ") for number, index in enumerate(first)]
    body = bodies.framed([*items, choice(last, "", "eos_token"), *ends_by])
    said = bodies.said("chat", body)
    assert said.text.split() == [str(number) for number in range(len(first))]
    assert said.finish == "stop"


@pytest.mark.parametrize(
    "order",
    [
        [(0, "a"), (1, "x"), (0, "b"), (1, "y")],
        [(1, "x"), (0, "a"), (1, "y"), (0, "b")],
        [(0, "a"), (1, "x"), (2, "z"), (0, "b"), (1, "y"), (2, "w")],
        [(0, "a"), (0, "b"), (1, "x"), (1, "y"), (0, "")],
    ],
)
def test_of_choices_side_by_side_the_first_is_the_answer(order: list[tuple[int, str]]) -> None:
    items = [choice(index, text) for index, text in order]
    ends = [choice(0, "", "stop"), choice(1, "", "length"), Frame(DONE)]
    said = bodies.said("chat", bodies.framed([*items, *ends]))
    assert (said.text, said.finish) == ("ab", "stop")


def test_another_choice_after_the_end_of_the_first_is_not_heard() -> None:
    items = [choice(0, "ab", "stop"), choice(1, "xy", "length"), Frame(DONE)]
    said = bodies.said("chat", bodies.framed(items))
    assert (said.text, said.finish) == ("ab", "stop")


def test_choices_in_one_chunk_are_told_apart() -> None:
    several = [{"index": 1, "delta": {"content": "x"}}, {"index": 0, "delta": {"content": "a"}}]
    bare = [{"delta": {"content": "b"}}, {"delta": {"content": "y"}}]
    items = [Frame({"choices": several}), Frame({"choices": bare}), choice(0, "", "stop")]
    assert bodies.said("chat", bodies.framed([*items, Frame(DONE)])).text == "ab"
