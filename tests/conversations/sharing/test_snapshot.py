"""A snapshot as plain data says what it was made of, and no more."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.sharing import snapshot
from conversations.sharing.snapshot import SharedCall, SharedFile, SharedMessage, SharedSource

TEXT = st.text(max_size=8)
CALLS = st.lists(
    st.builds(SharedCall, TEXT, TEXT, st.sampled_from(["made", "open"]), TEXT), max_size=2
)
SOURCES = st.lists(st.builds(SharedSource, TEXT, TEXT), max_size=2)
FILES = st.lists(
    st.builds(SharedFile, TEXT, TEXT, st.integers(0, 9), st.none(), st.booleans()), max_size=2
)
PARTS = st.lists(
    st.builds(
        lambda kind, size: {"kind": kind} | ({} if kind == "call" else {"size": size}),
        st.sampled_from(["thought", "text", "call", "later"]),
        st.integers(0, 9),
    ),
    max_size=6,
)
MESSAGES = st.lists(
    st.builds(
        SharedMessage,
        role=st.sampled_from(["user", "assistant"]),
        text=TEXT,
        written_at=TEXT,
        model=TEXT,
        whole=st.booleans(),
        reasoning=TEXT,
        calls=CALLS,
        sources=SOURCES,
        files=FILES,
        parts=PARTS,
    ),
    max_size=3,
)


@settings(deadline=None)
@given(MESSAGES)
def test_what_was_put_in_comes_out(messages: list[SharedMessage]) -> None:
    kept = json.loads(json.dumps(snapshot.as_data(messages)))
    assert [each.calls for each in snapshot.read(kept)] == [list(each.calls) for each in messages]
    assert snapshot.read(kept) == messages


@settings(deadline=None)
@given(MESSAGES)
def test_its_pieces_hold_all_of_it_whatever_the_order_says(messages: list[SharedMessage]) -> None:
    for each in messages:
        words = {
            kind: "".join(piece.text for piece in each.pieces if piece.kind == kind)
            for kind in ("text", "thought")
        }
        assert words == {"text": each.text, "thought": each.reasoning}
        assert [piece.call for piece in each.pieces if piece.call] == list(each.calls)


def test_what_was_not_chosen_has_no_name_in_it() -> None:
    assert snapshot.as_data([SharedMessage("user", "Hello")]) == {
        "version": 1,
        "messages": [{"role": "user", "text": "Hello"}],
    }


def test_further_parts_are_left_alone() -> None:
    later = {"version": 2, "messages": [{"role": "user", "text": "Hello", "films": [{}]}]}
    assert snapshot.read(later) == [
        SharedMessage("user", "Hello", calls=[], sources=[], files=[], parts=[])
    ]
    assert snapshot.read({}) == []
