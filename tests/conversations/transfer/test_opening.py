"""Files that nobody vouches for: refused in one sentence, or read in bounded memory."""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.transfer.opening.archive_file import ArchiveFile
from conversations.transfer.opening.bounds import Bounds, Unreadable
from conversations.transfer.opening.elements import elements
from conversations.transfer.reading import Contents, Found
from tests.support.archives import hostile
from tests.support.archives.examples import BOUNDS, claude, plain, tides, zipped


def found(data: bytes, bounds: Bounds = BOUNDS) -> list[Found]:
    file = io.BytesIO(data)
    return list(Contents(ArchiveFile(file, len(data), bounds), bounds).found())


@pytest.mark.parametrize("name", hostile.FILES)
def test_a_hostile_file_is_refused_in_one_sentence(name: str) -> None:
    data, words = hostile.FILES[name]
    with pytest.raises(Unreadable, match=words):
        found(data)


def test_a_zip_that_says_it_holds_too_many_files_is_refused_before_its_list_is_read() -> None:
    raw = bytearray(hostile.with_members(10))
    at = raw.rfind(b"PK\x05\x06")
    raw[at + 8 : at + 12] = b"\xff\xff\xff\xff"
    with pytest.raises(Unreadable, match="more than 1,000 files"):
        found(bytes(raw))


def test_a_zip_whose_file_begins_before_the_zip_does_is_damaged() -> None:
    raw = bytearray(zipped({"conversations.json": [tides()]}))
    end = raw.rfind(b"PK\x05\x06")
    raw[end + 16 : end + 20] = (len(raw)).to_bytes(4, "little")  # where the list is said to begin
    with pytest.raises(Unreadable, match="damaged"):
        found(bytes(raw))


@pytest.mark.parametrize("depth", [BOUNDS.depth + 1, 100_000])
def test_what_is_nested_too_deeply_is_passed_over(depth: int) -> None:
    deep = hostile.nested_lists(depth)[1:-1]
    rest = json.dumps([tides()]).encode()[1:]
    one, other = found(b"[" + deep + b"," + rest)
    assert "2000 levels deep" in one.why
    assert other.title == "Of tides"


def test_what_is_too_large_is_passed_over_and_the_rest_is_read() -> None:
    large = tides(notes=["x" * 1000] * 5000)
    one, other = found(json.dumps([large, claude()]).encode())
    assert one.why == "It is larger than 4 MB."
    assert other.title == "Of bees"


def test_a_file_may_begin_with_a_mark_of_its_encoding() -> None:
    [one] = found(b"\xef\xbb\xbf" + json.dumps([tides()]).encode())
    assert one.title == "Of tides"


def test_parts_of_a_large_export_are_read_in_their_order() -> None:
    files = {f"conversations-{number:d}.json": [tides(title=str(number))] for number in (10, 9, 0)}
    assert [each.title for each in found(zipped(files))] == ["0", "9", "10"]


def test_a_list_of_messages_is_one_conversation() -> None:
    said = plain(("system", "Be kind"), ("user", "Hello"), ("assistant", "Hi"))
    [one] = found(json.dumps(said).encode())
    assert one.thread is not None
    assert one.thread.settings == {"system_prompt": "Be kind"}
    assert [(node.role, node.text) for node in one.thread.nodes[1:]] == [
        ("user", "Hello"),
        ("assistant", "Hi"),
    ]


def test_what_nobody_knows_is_told_where_something_else_is_known() -> None:
    what = found(json.dumps([{"odd": 1}, tides(), {"odd": 2}, 7]).encode())
    assert [bool(each.thread) for each in what] == [False, True, False, False]
    assert {each.why for each in what if not each.thread} == {"Its format is not recognised."}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(JSON, max_size=6), st.booleans())
def test_elements_are_those_of_the_list(values: list[Any], is_spaced: bool) -> None:
    data = json.dumps(values, indent=2 if is_spaced else None).encode()
    read = list(elements(io.BytesIO(data), BOUNDS))
    assert [each.value for each in read] == values
    assert not any(each.alone for each in read)


@given(JSON.filter(lambda value: not isinstance(value, list)))
def test_what_is_no_list_is_one_element(value: Any) -> None:
    [one] = elements(io.BytesIO(json.dumps(value).encode()), BOUNDS)
    assert (one.value, one.alone) == (value, True)


def test_memory_does_not_grow_with_the_file() -> None:
    one = json.dumps(tides(notes="x" * 50_000)).encode()

    def peak(count: int) -> int:
        data = zipped({"conversations.json": b"[" + b",".join([one] * count) + b"]"})
        file = ArchiveFile(io.BytesIO(data), len(data), BOUNDS)
        tracemalloc.start()
        for _ in Contents(file, BOUNDS).found():
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(200) < peak(20) + 200_000  # the file is 9 MB longer
