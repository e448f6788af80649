"""A continuation in a wrapping: marks and remarks around what the model was told to repeat."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streaming.events import Failed, Finished, TextDelta
from streaming.journal.entries import TEXT
from streaming.resume.seam import JoinedText, Seam, join
from streaming.resume.wrapping import MARKS
from streaming.runs.collector import Collector

KEPT = "Two rivers meet below the old town, and where they meet the water is so deep that the"
ASKED = "below the old town, and where they meet the water is so deep that the"
NEW = " ferry never touches ground."
WHOLE = KEPT + NEW


def streamed(partial: str, pieces: list[str]) -> JoinedText:
    seam = Seam(partial, "instruct")
    shown = "".join([*map(seam.feed, pieces), seam.flush()])
    return JoinedText(shown if seam.restarted else partial + shown, seam.restarted)


def expects(continuation: str, final: str, partial: str = KEPT) -> None:
    """Joined so as a whole, character by character, and in two pieces."""
    assert join(partial, continuation, "instruct").final == final
    assert streamed(partial, list(continuation)).final == final
    for place in range(len(continuation)):
        assert streamed(partial, [continuation[:place], continuation[place:]]).final == final


@pytest.mark.parametrize(("opening", "closing"), MARKS.items())
def test_marks_around_the_repetition_never_reach_the_page(opening: str, closing: str) -> None:
    expects(f"{opening}{ASKED}{closing}{NEW}", WHOLE)


@pytest.mark.parametrize(("opening", "closing"), MARKS.items())
def test_marks_around_the_whole_continuation_never_reach_the_page(
    opening: str, closing: str
) -> None:
    expects(f"{opening}{ASKED}{NEW}{closing}", WHOLE)


@pytest.mark.parametrize("fence", ["```", "```text", "~~~~", "````markdown"])
def test_a_fence_around_the_continuation_never_reaches_the_page(fence: str) -> None:
    run = fence.rstrip("abcdefghijklmnopqrstuvwxyz")
    expects(f"{fence}\n{ASKED}{NEW}\n{run}", WHOLE)
    expects(f"{fence}\n{ASKED}{NEW}\n{run}\n", WHOLE)
    expects(f"{fence}\n{ASKED}{NEW}\n{run}\nIt is old.", f"{WHOLE}\nIt is old.")


def test_marks_within_marks_go_together() -> None:
    expects(f'**"{ASKED}"**{NEW}', WHOLE)


def test_a_line_break_made_for_the_mark_does_not_break_the_sentence() -> None:
    expects(f"<<<{ASKED}>>>\n\n{NEW.lstrip()}", WHOLE)


def test_a_mark_that_never_closes_takes_nothing_along() -> None:
    expects(f'"{ASKED}{NEW} "Deep" is what they call it.', f'{WHOLE} "Deep" is what they call it.')


@pytest.mark.parametrize(
    "remark",
    [
        "Natürlich, ich setze die Antwort an dieser Stelle fort:\n\n",
        "Bien sûr, voici la suite de ma réponse :\n\n",
        "Конечно! Продолжаю с того места, где остановился.\n\n",
        "好的，我从中断的地方继续：\n\n",
        "もちろんです。続きをお送りします。\n",
        "بالتأكيد، سأتابع من حيث توقفت:\n\n",
        "I will pick up the thread again. ",
        "> ",
        "…",
        "**Fortsetzung:**\n\n",
    ],
)
def test_a_remark_in_any_language_is_left_out(remark: str) -> None:
    expects(f"{remark}{ASKED}{NEW}", WHOLE)
    expects(f'{remark}"{ASKED}"{NEW}', WHOLE)


@pytest.mark.parametrize(
    ("partial", "repeated"),
    [
        ("He called it “the river’s end” and then", 'He called it "the river\'s end" and then'),
        ("The line — a long one – was", "The line - a long one - was"),
        ("The Ferry House stands at the", "the ferry house stands at the"),
    ],
)
def test_quotes_dashes_and_capitals_that_changed_are_still_a_repetition(
    partial: str, repeated: str
) -> None:
    expects(f"{repeated} left.", f"{partial} left.", partial)


@pytest.mark.parametrize(
    ("partial", "continuation", "final"),
    [
        (
            "两条河在老城下面汇合，汇合处的水",
            "的水很深。",
            "两条河在老城下面汇合，汇合处的水很深。",
        ),
        ("川はとても深いので", "深いので、渡し船は", "川はとても深いので、渡し船は"),
        ("แม่น้ำสองสายไหลมาบรรจบกัน", "บรรจบกันที่นี่", "แม่น้ำสองสายไหลมาบรรจบกันที่นี่"),
        ("水很", "很深", "水很很深"),
    ],
)
def test_short_overlaps_count_in_scripts_without_spaces(
    partial: str, continuation: str, final: str
) -> None:
    expects(continuation, final, partial)


def test_new_text_that_comes_back_to_the_last_line_loses_nothing() -> None:
    table = "| a | b |\n| --- | --- |\n| 1 | 2 |\n"
    expects("| 3 | 4 |\n| 1 | 2 |\n", f"{table}| 3 | 4 |\n| 1 | 2 |\n", table)
    song = "Row the boat along.\nRow it down.\n"
    expects("Sing.\nRow it down.\nSing.", f"{song}Sing.\nRow it down.\nSing.", song)


def test_a_restart_after_a_remark_is_shown_without_it() -> None:
    partial = f"{WHOLE} Nobody has ever seen its bed, and the few who"
    told = f"{WHOLE} Nobody has ever measured it, not even those who tried."
    remark = "Ich beginne noch einmal von vorn:\n\n"
    assert join(partial, remark + told, "instruct") == JoinedText(told, restarted=True)
    assert streamed(partial, list(remark + told)) == JoinedText(told, restarted=True)


@pytest.mark.parametrize(
    "held",
    ["Natürlich, ich setze die", "Bien sûr :\n\n", "好的，我从", '"', "<<", "```\n", "**below the"],
)
def test_hurrying_waits_for_the_end_of_a_remark(held: str) -> None:
    seam = Seam(KEPT, "instruct")
    assert seam.feed(held) + seam.hurry() == ""
    assert not seam.decided


def test_hurrying_shows_a_sentence_that_simply_continues() -> None:
    seam = Seam(KEPT, "instruct")
    assert seam.feed("ferry is") + seam.hurry() == " ferry is"


LONG = "".join(f"{n} rivers meet below town {n}, and their water is deep. " for n in range(9))
SPACE = " " * 330


@pytest.mark.parametrize(
    ("continuation", "final"),
    [
        (f"```\n{LONG}{SPACE}\n```\nIt is old.", f"{LONG}\nIt is old."),
        (f"```\n{LONG}It is\n```\n\n\n", f"{LONG}It is"),
        (f"```\n{LONG}It is\n```\n\n\nold.", f"{LONG}It is\n\n\nold."),
        (f"{SPACE}I resume what broke:\n{LONG}It is old.", f"{LONG}It is old."),
        (f"…{SPACE}I resume what broke:\n{LONG}It is old.", f"{LONG}It is old."),
        (f"<<<{LONG.rstrip()}>>>\n\nthey are old.", f"{LONG}they are old."),
        (f'**"{LONG}It is old."**', f"{LONG}It is old."),
        (f'**"{LONG}It is "old"."** So', f'{LONG}It is "old". So'),
    ],
)
def test_a_long_repetition_is_unwrapped_as_a_short_one_is(continuation: str, final: str) -> None:
    expects(continuation, final, LONG)


wrapped = st.builds(
    lambda space, remark, mark, told, new, closes, extra: (
        f"{space}{remark}{mark}{told}{MARKS.get(mark, '') if closes else ''}{new}{extra}"
    ),
    st.sampled_from(["", "", "\n\n", SPACE]),
    st.sampled_from(["", "Weiter:\n\n", "Sure, continuing:\n", "> ", "…"]),
    st.sampled_from(["", *MARKS, "```\n"]),
    st.sampled_from([ASKED, KEPT, LONG, ASKED.replace(" ", "\n"), ASKED.upper(), "else"]),
    st.sampled_from([NEW, "", " “so” it is", "\n\nso it is", "\n\n- item", ">>> **now**", SPACE]),
    st.booleans(),
    st.sampled_from(["", '"', "\n```", "**", ">>>", "\n```\nmore", "\n```\n\n", "’ "]),
)


@given(st.sampled_from([KEPT, LONG]), wrapped, st.lists(st.integers(0, 900), max_size=8))
@settings(max_examples=300, deadline=None)
def test_a_wrapped_continuation_is_joined_alike_wherever_it_is_cut(
    partial: str, continuation: str, places: list[int]
) -> None:
    places = sorted(min(place, len(continuation)) for place in places)
    pieces = [continuation[a:b] for a, b in pairwise([0, *places, len(continuation)])]
    whole = join(partial, continuation, "instruct")
    assert streamed(partial, pieces) == whole
    assert streamed(partial, list(continuation)) == whole


def test_what_waits_for_a_closing_mark_is_kept_when_the_answer_breaks_off() -> None:
    collector = Collector(0)
    collector.resume(KEPT, "instruct")
    pieces = collector.take([TextDelta(f'"{ASKED}{NEW} He said "'), Failed("connection", True)])
    assert [*pieces, *collector.flush()] == []  # nothing certain was said: it may be repetition
    pieces = collector.take([TextDelta("yes" * 100 + '"')])
    assert pieces == [(TEXT, f'{NEW} He said "{"yes" * 100}')]
    assert collector.flush() == []


def test_a_wrapped_continuation_passes_through_a_run() -> None:
    collector = Collector(0)
    collector.resume(KEPT, "instruct")
    batches = (collector.take([TextDelta(text)]) for text in f"<<<{ASKED}{NEW}>>>")
    pieces = [piece for batch in batches for piece in batch]
    pieces += collector.take([Finished("stop")]) + collector.flush()
    assert "".join(text for kind, text in pieces if kind == TEXT) == NEW
