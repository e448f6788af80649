"""Parts of an answer: in the order in which they came, and no word lost whatever the rows say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.answers import parts
from conversations.answers.parts import CALL, PICTURE, TEXT, THOUGHT, AnswerParts

CALLS = [{"id": f"c{number}", "generation": 7} for number in range(3)]
Step = tuple[str, str]


def made(*steps: Step, generation: int = 7) -> AnswerParts:
    answer = AnswerParts()
    add(answer, steps, generation)
    return answer


def add(answer: AnswerParts, steps: Any, generation: int) -> None:
    for kind, text in steps:
        if kind == TEXT:
            answer.text(text, generation)
        elif kind == THOUGHT:
            answer.thought(text, generation)
        elif kind == CALL:
            answer.call(generation)
        else:
            answer.picture({"file": text}, generation)


def shown(answer: AnswerParts) -> list[tuple[str, str, str]]:
    return [(each.kind, each.place, each.text) for each in answer.all]


def kept(answer: AnswerParts) -> tuple[str, str, int]:
    of = {kind: [each for each in answer.all if each.kind == kind] for kind in parts.KINDS}
    text, thoughts = ("".join(each.text for each in of[kind]) for kind in (TEXT, THOUGHT))
    return text, thoughts, len(of[CALL])


def test_what_follows_the_first_text_gets_a_place_of_its_own() -> None:
    answer = made(
        (THOUGHT, "Hm."), (TEXT, "I look."), (CALL, ""), (THOUGHT, "So."), (TEXT, "It is 3.")
    )
    assert shown(answer) == [
        (THOUGHT, "", "Hm."),
        (TEXT, "", "I look."),
        (CALL, "p0", ""),
        (THOUGHT, "p1", "So."),
        (TEXT, "p2", "It is 3."),
    ]


def test_a_call_before_any_text_leaves_the_places_of_every_answer_empty() -> None:
    answer = made((CALL, ""), (TEXT, "Done."), (PICTURE, "f"))
    assert shown(answer) == [(CALL, "p0", ""), (TEXT, "p1", "Done."), (PICTURE, "p2", "")]
    assert answer.head(TEXT) is answer.head(THOUGHT) is None


@pytest.mark.parametrize(
    ("before", "breaks"),
    [
        ("The robot ", False),
        ("The robot walked.", True),
        ("Is it? **Yes.**\n", True),
        ("A line\n", False),
        ("A paragraph\n\n", True),
        ("1. First.\n", False),
        ("| a | b |\n|---|---|\n| c | d. |\n", False),
        ("> Quoted.", False),
        ("```py\nprint('Hello.')\n\n", False),
        ("```py\nprint(1)\n```\n\n", True),
        ("~~~~\n~~~\nstill.\n", False),
        ("Ende。", True),
        (" \n", False),
    ],
)
def test_a_thought_interrupts_only_what_may_be_interrupted(before: str, breaks: bool) -> None:
    answer = made((THOUGHT, "First"), (TEXT, before), (THOUGHT, " then"), (TEXT, "rest"))
    kinds = [each.kind for each in answer.all]
    assert kinds == ([THOUGHT, TEXT, THOUGHT, TEXT] if breaks else [THOUGHT, TEXT])
    assert kept(answer)[:2] == (f"{before}rest", "First then")


def test_a_thought_that_must_not_interrupt_and_is_the_first_stands_at_the_beginning() -> None:
    answer = made((TEXT, "The robot "), (THOUGHT, "Which?"), (TEXT, "walked."))
    assert shown(answer) == [(THOUGHT, "", "Which?"), (TEXT, "", "The robot walked.")]


def test_most_answers_keep_no_rows() -> None:
    answer = made((THOUGHT, "Hm."), (TEXT, "Yes."), (CALL, ""), (CALL, ""))
    assert answer.rows() == []
    assert shown(AnswerParts.of([], "Yes.", "Hm.", CALLS[:2])) == shown(answer)


STEPS = st.lists(
    st.tuples(
        st.sampled_from([TEXT, TEXT, THOUGHT, CALL, PICTURE]),
        st.text("ab. \n`~-", min_size=1, max_size=6),
    ),
    max_size=12,
)


@given(STEPS, STEPS)
def test_a_message_is_shown_as_it_was_written_live_and_continued(first: Any, then: Any) -> None:
    live = made(*first)
    text, thoughts, calls = kept(live)
    again = AnswerParts.of(live.rows(), text, thoughts, [{"generation": 7}] * calls)
    assert shown(again) == shown(live)
    add(live, then, 8)
    add(again, then, 8)
    assert shown(again) == shown(live)


@given(STEPS, st.lists(st.integers(0, 9), max_size=12), st.integers(0, 3))
def test_no_word_is_lost_whatever_the_rows_say(steps: Any, sizes: list[int], calls: int) -> None:
    text, thoughts, _ = kept(made(*steps))
    rows = [{"kind": parts.KINDS[size % 4], "size": size, "generation": 1} for size in sizes]
    assert kept(AnswerParts.of(rows, text, thoughts, CALLS[:calls])) == (text, thoughts, calls)


def test_what_a_generation_wrote_can_be_taken_back_but_for_its_thoughts() -> None:
    answer = made((TEXT, "One."), (CALL, ""), (TEXT, "Two "))
    add(answer, [(TEXT, "three."), (THOUGHT, "Hm."), (CALL, "")], 8)
    rows = parts.undone(answer.rows(), 8)
    left = AnswerParts.of(rows, "One.Two ", "Hm.", CALLS[:1])
    assert shown(left) == [
        (TEXT, "", "One."),
        (CALL, "p0", ""),
        (TEXT, "p1", "Two "),
        (THOUGHT, "p2", "Hm."),
    ]


@pytest.mark.parametrize(
    ("text", "start", "gone", "put", "wanted"),
    [
        ("One.Two.", 0, 3, "Eins", ["Eins.", "Two."]),
        ("One.Two.", 4, 3, "Zwei", ["One.", "Zwei."]),
        ("One.Two.", 2, 4, "", ["On", "o."]),
        ("One.Two.", 2, 4, "xy", ["Onxy", "o."]),
        ("One.Two.", 0, 8, "All", ["All"]),
        ("One.Two.", 8, 0, " More.", ["One.", "Two. More."]),
    ],
)
def test_an_edit_moves_where_the_parts_meet(
    text: str, start: int, gone: int, put: str, wanted: list[str]
) -> None:
    rows = made((TEXT, text[:4]), (CALL, ""), (TEXT, text[4:])).rows()
    now = text[:start] + put + text[start + gone :]
    answer = AnswerParts.of(parts.edited(rows, start, gone, len(put)), now, "", CALLS[:1])
    assert [each.text for each in answer.all if each.kind == TEXT] == wanted


def test_how_long_a_thought_took_stays_with_it() -> None:
    answer = made((TEXT, "One."), (THOUGHT, "Hm."))
    answer.took(1200)
    answer.took(300)
    again = AnswerParts.of(answer.rows(), "One.", "Hm.", [])
    assert [each.ms for each in again.all] == [None, 1500]
