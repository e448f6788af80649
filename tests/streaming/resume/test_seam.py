"""The seam: golden joints, whole and streamed; what must hold for any text and any cut."""

import json
import random
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from streaming.providers.base import ResumeMode
from streaming.resume.seam import JoinedText, Seam, join
from tests import RECORDED

VECTORS: list[dict[str, Any]] = json.loads((RECORDED / "seam.json").read_text("utf-8"))
MODES: tuple[ResumeMode, ...] = get_args(ResumeMode)
LATER = "\n\nZebras vex quick jumping wolves. " * 20
"""Text that none of the partials contains, long enough to end any holding back."""

golden = pytest.mark.parametrize("case", VECTORS, ids=[case["name"] for case in VECTORS])


def expected(case: dict[str, Any]) -> JoinedText:
    return JoinedText(case["final"], case.get("restarted", False))


def streamed(partial: str, deltas: list[str], mode: ResumeMode) -> JoinedText:
    joint = Seam(partial, mode)
    shown = "".join([joint.feed(delta) for delta in deltas] + [joint.flush()])
    assert joint.decided
    return JoinedText(shown if joint.restarted else partial + shown, joint.restarted)


def cut(text: str, places: list[int]) -> list[str]:
    return [text[start:end] for start, end in pairwise([0, *sorted(places), len(text)])]


# The golden cases


@golden
def test_a_whole_continuation_is_joined(case: dict[str, Any]) -> None:
    assert join(case["partial"], case["continuation"], case["mode"]) == expected(case)


@golden
def test_a_split_at_any_place_changes_nothing(case: dict[str, Any]) -> None:
    text = case["continuation"]
    for place in range(len(text) + 1):
        assert streamed(case["partial"], cut(text, [place]), case["mode"]) == expected(case)


@golden
def test_character_by_character_changes_nothing(case: dict[str, Any]) -> None:
    deltas = list(case["continuation"])
    assert streamed(case["partial"], deltas, case["mode"]) == expected(case)


@golden
def test_random_splits_change_nothing(case: dict[str, Any]) -> None:
    text, dice = case["continuation"], random.Random(case["name"])
    for _ in range(50):
        places = [dice.randint(0, len(text)) for _ in range(dice.randint(1, 12))]
        assert streamed(case["partial"], cut(text, places), case["mode"]) == expected(case)


@golden
def test_the_joint_is_the_same_whatever_comes_later(case: dict[str, Any]) -> None:
    if not case["continuation"]:
        return  # with nothing written yet there is no joint to keep
    text = case["continuation"] + LATER
    joint = Seam(case["partial"], case["mode"])
    shown = "".join(joint.feed(character) for character in text)
    assert joint.decided, "it must be decided before the end"
    final = shown if joint.restarted else case["partial"] + shown
    assert JoinedText(final, joint.restarted) == JoinedText(
        case["final"] + LATER, case.get("restarted", False)
    )


# What the specification says beyond the golden cases


@pytest.mark.parametrize(
    ("partial", "continuation", "final"),
    [
        ("Step 2: lower the", "Step 2: lower the pump slowly.", "Step 2: lower the pump slowly."),
        ("The sum is (", "a + b)", "The sum is (a + b)"),
        ("either/", "or", "either/or"),
        ("well-", "known", "well-known"),
        ("we", "'re done", "we're done"),
        ("(see above)", "and below", "(see above) and below"),
        ("It costs 5 €", "each", "It costs 5 € each"),
        ("- one", "- two", "- one\n- two"),
        ("As follows", "- one", "As follows\n\n- one"),
        ("As follows", "```py\nx\n```", "As follows\n\n```py\nx\n```"),
        ("He says", "> quoted", "He says\n\n> quoted"),
        ("The table", "| a | b |", "The table\n\n| a | b |"),
        ("```py\nx = 1", "- 2", "```py\nx = 1- 2"),
        ("```py\nreturn", "value", "```py\nreturn value"),
        ("```py\nx = 1\n```", "## Next", "```py\nx = 1\n```\n\n## Next"),
        ("~~~\n```\n", "```\nx", "~~~\n```\n```\nx"),
        ("Wait.", "..and see", "Wait...and see"),
        ("Wait.", "...and see", "Wait....and see"),
        ("It was very", "very cold", "It was very very cold"),
        ("It is 背圧", "and more", "It is 背圧and more"),
        ("one\n\n", "\n\ntwo", "one\n\ntwo"),
        ("use my_va", "my_value = 1", "use my_value = 1"),
        ("The word is", "Surely continued", "The word is Surely continued"),
        ("We go", "Here is how it is done.", "We go Here is how it is done."),
        ("We use steel", "Okay, the rest of it:\n\n\n  and tin", "We use steel  and tin"),
        ("```python", "```python\nx = 1", "```python\nx = 1"),
        ("```python\nx", "```python\nx = 1", "```python\nx = 1"),
        (
            "```py\nfirst()\nsecond_step()\n",
            "```\nsecond_step()\nthird()",
            "```py\nfirst()\nsecond_step()\nthird()",
        ),
    ],
)
def test_an_instructed_continuation_is_joined(partial: str, continuation: str, final: str) -> None:
    assert join(partial, continuation, "instruct").final == final


def test_a_restart_inside_a_fence_is_seen_though_it_opens_the_fence_again() -> None:
    code = "".join(f"value_{n} = compute({n})\n" for n in range(300))
    partial = f"```python\n{code}last = "
    diverging = f"```python\n{code[:2000]}else_where()\n"
    assert join(partial, diverging, "instruct") == JoinedText(diverging, restarted=True)
    complete = f"{partial}1\n```"
    assert join(partial, complete, "instruct") == JoinedText(complete)


def test_a_restart_is_shown_without_the_remark_before_it() -> None:
    story = "".join(f"Then the pump sank to {number} metres. " for number in range(10))
    told = story[:200] + " and stopped."
    remark = "Sorry for the interruption:\n\n"
    assert join(story, remark + told, "instruct") == JoinedText(told, restarted=True)


@pytest.mark.parametrize(
    ("partial", "continuation", "final"),
    [
        ("a \n", "\n\n  b", "a \n\n  b"),
        ("a\n\n", "\nb", "a\n\nb"),
        ("a\n  ", "\n    b", "a\n    b"),
        ("a\n    ", "\n  b", "a\n    b"),
        ("a ", "\nb", "a \nb"),
        ("f(x) ", "  # two spaces", "f(x)  # two spaces"),
    ],
)
def test_whitespace_that_was_sent_without_comes_back_once(
    partial: str, continuation: str, final: str
) -> None:
    assert join(partial, continuation, "prefill").final == final


# Any text, any cut

PIECES = [
    *("the pump ", "capaci", "lower", " ", "\n", "\n\n", "    ", ".", "...", "…", ", ", ":"),
    *("```", "```python\n", "```\n", "~~~\n", "``", "- item\n", "1. one\n", "## Head\n", "| a |"),
    *("Sure, continuing:\n", "Continuing from where I left off: ", "Okay", "Here is", " resume"),
    *("背圧", "é", "x = compute(1)\n", "well " * 30, " " * 170, "0123456789" * 20, "\n" * 30),
]
texts = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@st.composite
def answers(draw: st.DrawFn) -> tuple[str, str]:
    """A partial, and a continuation in the manner of some model."""
    partial = draw(texts)
    remark = draw(st.sampled_from(["", "", "Sure, continuing:\n\n", "Sorry, I stopped here: "]))
    fence = draw(st.sampled_from(["", "", "```\n", "```python\n", "  ~~~\n"]))
    start = draw(st.integers(0, len(partial)))
    told = draw(st.sampled_from(["", partial, partial[start:], partial[:start]]))
    wrapped = draw(st.sampled_from([told, told.replace(" ", "\n"), told.replace("\n", " ")]))
    return partial, remark + fence + wrapped + draw(texts)


def unwrapped(text: str) -> Iterator[str]:
    """The text, and without each fence that may close what was opened around it."""
    yield text
    for fence in re.finditer(r"\n {0,3}(?:`{3,}|~{3,})[ \t]*(?:\s*\Z|(?=\n))", text):
        yield text[: fence.start()] + text[fence.end() :]


SPACED = "well " * 32 + " " * 203


@given(answers(), st.sampled_from(MODES), st.data())
@example((SPACED, f"```\n{SPACED}\n```\nthe pump "), "instruct", None)
@example(("```py\n" + "x" * 400, "```py\n" + "x" * 400 + "y"), "instruct", None)
@settings(max_examples=400, deadline=None)
def test_a_streamed_joint_is_the_whole_joint(
    answer: tuple[str, str], mode: ResumeMode, data: st.DataObject | None
) -> None:
    partial, continuation = answer
    place = st.integers(0, len(continuation))
    places = data.draw(st.lists(place, max_size=12)) if data else range(len(continuation))
    whole = join(partial, continuation, mode)
    assert streamed(partial, cut(continuation, list(places)), mode) == whole
    assert streamed(partial, list(continuation), mode) == whole
    added = whole.final if whole.restarted else whole.final.removeprefix(partial)
    assert whole.restarted or whole.final == partial + added
    theirs = added.lstrip()
    assert any(text.endswith(theirs) for text in unwrapped(continuation)), "no word is our own"


@given(answers(), st.sampled_from(MODES), st.integers(0, 2000))
@settings(deadline=None)
def test_a_flush_before_the_decision_loses_nothing_that_comes_after(
    answer: tuple[str, str], mode: ResumeMode, patience: int
) -> None:
    partial, continuation = answer
    early, late = continuation[:patience], continuation[patience:]
    joint = Seam(partial, mode)
    shown = joint.feed(early) + joint.flush() + joint.feed(late) + joint.flush()
    assert joint.decided
    final = shown if joint.restarted else partial + shown
    assert final == join(partial, early, mode).final + late


# How long it holds back


def test_a_replay_holds_nothing() -> None:
    joint = Seam("The quick bro", "replay")
    assert joint.decided
    assert joint.feed("wn") == "wn"


def test_a_prefill_holds_until_the_first_character_that_the_partial_does_not_begin_with() -> None:
    joint = Seam("Argentina", "prefill")
    assert [joint.feed(delta) for delta in (" ", "Ar", "gon", "!")] == ["", "", " Argon", "!"]


def test_an_instructed_continuation_is_held_for_320_characters() -> None:
    joint = Seam("We use steel", "instruct")
    new = "and copper, " * 30
    assert joint.feed(new[:319]) == ""
    assert joint.feed(new[319]) == " " + new[:320]
    assert joint.feed(new[320:]) == new[320:]


def test_a_preamble_is_not_counted() -> None:
    joint = Seam("We use steel", "instruct")
    new = "and copper, " * 30
    assert joint.feed("Sure, continuing:\n\n" + new[:319]) == ""
    assert joint.feed(new[319:]) == " " + new


def test_a_verbatim_restart_is_held_until_it_says_something_new() -> None:
    partial = "".join(f"{number} bottles stand on the wall. " for number in range(100))
    joint = Seam(partial, "instruct")
    assert [joint.feed(character) for character in partial] == [""] * len(partial)
    assert joint.feed("None is left.") == "None is left."
    assert not joint.restarted


def test_a_restart_that_turns_away_replaces_the_partial_at_once() -> None:
    partial = "".join(f"{number} bottles stand on the wall. " for number in range(100))
    joint = Seam(partial, "instruct")
    assert joint.feed(partial[:1000]) == ""
    assert joint.feed("Cheers") == partial[:1000] + "Cheers"
    assert joint.restarted


# How it hurries for a reader who has waited long enough


def test_hurrying_shows_what_is_new() -> None:
    joint = Seam("We use steel", "instruct")
    assert joint.feed("and copper") + joint.hurry() == " and copper"
    assert joint.feed(", and tin") == ", and tin"


@pytest.mark.parametrize(
    ("partial", "held"),
    [
        ("Step 1: dig. Step 2: lower the pump", "Step 2: lo"),
        ("Use a capaci", "capa"),
        ("Use a capaci", "Sure, continuing from wh"),
        ("Use a capaci", "Sure, continuing:\n\n"),
        ("Use a capaci", "...Use a"),
        ("Say:\n```python\nprint(", "```pyth"),
        ("Say:\n```python\nprint(", "```python\npri"),
        ("We use steel", "\n"),
    ],
)
def test_hurrying_waits_for_the_end_of_a_repetition(partial: str, held: str) -> None:
    joint = Seam(partial, "instruct")
    assert joint.feed(held) + joint.hurry() == ""
    assert not joint.decided


@pytest.mark.parametrize("mode", ["prefill", "prefill_echo", "instruct"])
def test_hurrying_does_not_mistake_a_long_echo_for_a_restart(mode: ResumeMode) -> None:
    partial = "".join(f"{number} bottles stand on the wall. " for number in range(100))
    joint = Seam(partial, mode)
    for character in partial:
        assert joint.feed(character) + joint.hurry() == ""
    assert joint.feed("None is left.") == "None is left."


@given(answers(), st.sampled_from(MODES))
@settings(deadline=None)
def test_hurrying_at_every_character_still_shows_the_end_of_what_was_written(
    answer: tuple[str, str], mode: ResumeMode
) -> None:
    partial, continuation = answer
    joint = Seam(partial, mode)
    shown = "".join(joint.feed(character) + joint.hurry() for character in continuation)
    shown += joint.flush()
    assert continuation.endswith(shown.lstrip())
