"""Lists of models in the shapes that servers give them, read into names to choose from."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.providers.formats.parsing.model_list import model_ids

A, B = {"id": "a/one"}, {"id": "b-two"}
BOTH = ("a/one", "b-two")


@pytest.mark.parametrize(
    "value",
    [
        [A, B],
        ["a/one", "b-two"],
        {"data": [A, B], "object": "list"},
        {"data": ["a/one", "b-two"]},
        {"models": [A, B]},
        {"models": [{"name": "a/one"}, {"name": "b-two"}]},
        {"models": [{"model": "a/one", "name": "One"}, {"model": "b-two", "name": "Two"}]},
        {"result": [{"id": "0b7bd5f1-3b5c-4a0e-9c7e-1f0d6c0a1b2c", "name": "a/one"}, B]},
        {"result": {"data": [A, B]}},
        {"data": {"models": ["a/one", "b-two"]}},
        {"data": [{"model_name": "a/one"}, {"key": "b-two"}]},
        {"items": [{"slug": "a/one"}, {"modelId": "b-two"}]},
        {"models": {"a/one": {"context": 8}, "b-two": {}}},
        {"model": [A, B]},
        {"data": [A, {"id": ""}, {"id": None}, {}, 7, None, [], {"id": "  "}, B]},
        {"data": [A, A, B, {"id": "a/one"}, " b-two "]},
        {"data": [{"id": "", "name": "a/one"}, B]},
        {"data": [A, {"id": "x" * 201}, {"id": "two\nlines"}, B]},
    ],
)
def test_every_shape_of_a_list_is_read(value: Any) -> None:
    assert model_ids(json.dumps(value).encode()) == BOTH


@pytest.mark.parametrize(
    "other",
    [
        {"id": "flux", "type": "image"},
        {"id": "e5", "type": "embeddings"},
        {"id": "ear", "type": "audio"},
        {"id": "sort", "type": "rerank"},
        {"id": "draw", "architecture": {"output_modalities": ["image"]}},
        {"id": "parts", "capabilities": {"completion_chat": False}},
        {"id": "vectors", "supportedGenerationMethods": ["embedContent"]},
        {"id": "ears", "task": {"name": "Automatic Speech Recognition"}},
        {"id": "text-embedding-3-small"},
    ],
)
def test_what_cannot_chat_is_left_out_unless_it_is_all_there_is(other: dict[str, Any]) -> None:
    chat = {"id": "talks", "type": "chat", "architecture": {"output_modalities": ["text", "image"]}}
    assert model_ids(json.dumps([other, chat]).encode()) == ("talks",)
    assert model_ids(json.dumps({"data": [other]}).encode()) == (other["id"],)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[", b"null", b"7", b'"a"', b"{}", b"\xff\xfe"])
def test_what_is_no_list_gives_no_model(body: bytes) -> None:
    assert model_ids(body) == ()


def test_a_mark_of_byte_order_before_a_list_is_no_matter() -> None:
    assert model_ids('\ufeff["a/one"]'.encode()) == ("a/one",)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["data", "models", "id", "name", "type", "x"]), inner),
    max_leaves=10,
)


@given(values)
def test_whatever_comes_the_names_are_fit_to_choose(value: Any) -> None:
    ids = model_ids(json.dumps(value).encode())
    assert len(set(ids)) == len(ids)
    assert all(each and each == each.strip() and each.isprintable() for each in ids)
