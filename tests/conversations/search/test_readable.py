"""A hit shows Markdown as it is read, and every word that was found is marked in it."""

from __future__ import annotations

import pytest

from conversations.search.query import parse
from conversations.search.readable import readable
from conversations.search.snippets import markdown_snippet, snippet


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("## A *tap* over a **drain**", "A tap over a drain"),
        ("**`tap`** and ``a ` b``", "tap and a ` b"),
        ("`__init__(*args)` stays, __this__ does not", "__init__(*args) stays, this does not"),
        ('[a *tap*](https://example.org/a_(b) "title")', "a tap"),
        ("[![tap](a.png)](https://example.org)", "tap"),
        ("<https://example.org/a_b_c>", "https://example.org/a_b_c"),
        ("snake_case_name, 2 * 3 * 4, a ** b", "snake_case_name, 2 * 3 * 4, a ** b"),
        ("\\*not\\* emphasis", "*not* emphasis"),
        ("~~gone~~ ***both*** _slanted_", "gone both slanted"),
        ("> quoted\n> - [x] done\n1. first", "quoted\ndone\n1. first"),
        ("| tap | drain |\n|---|:-:|\n| 1 | 2 |", "tap  drain\n1  2"),
        ("one\n\n---\n\ntwo", "one\n\n\ntwo"),
        ("```py\nx = **tap**\n# no heading\n```\n# Heading", "x = **tap**\n# no heading\nHeading"),
        ("half **cut", "half **cut"),
        ("大**语言**模型", "大语言模型"),
        ("", ""),
    ],
)
def test_marks_are_taken_out_and_code_is_kept(markdown: str, shown: str) -> None:
    assert readable(markdown) == shown


def marked(text: str, query: str) -> tuple[str, list[str]]:
    parts = markdown_snippet(text, parse(query).terms)
    return "".join(part.text for part in parts), [part.text for part in parts if part.is_marked]


def test_the_words_are_marked_in_what_is_shown() -> None:
    text = (
        "Far.\n\n" * 200 + "A **slow** [drain](https://example.org/x) *under* it.\n" + "More. " * 99
    )
    shown, words = marked(text, '"slow drain" under')
    assert words == ["slow drain", "under"]
    assert "A slow drain under it." in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")


def test_a_word_that_no_reader_sees_is_marked_in_the_source() -> None:
    assert marked("See [it](https://example.org/axolotl).", "axolotl") == (
        "See [it](https://example.org/axolotl).",
        ["axolotl"],
    )


def test_code_whose_fence_is_far_above_is_still_code() -> None:
    text = "```py\n" + "pass\n" * 400 + "axolotl = a * b * c  # kept\n```\n"
    assert "axolotl = a * b * c  # kept" in marked(text, "axolotl")[0]


@pytest.mark.parametrize("mark", ["**", "*", "`", "_", "~~", "# ", "[", "> ", "| ", "```\n", "\\"])
def test_whatever_the_marks_are_each_found_word_is_marked(mark: str) -> None:
    for text in (f"{mark}tap{mark} {mark}drain", mark * 400 + "tap" + mark * 300 + " drain"):
        found = {part.text for part in snippet(text, parse("tap drain").terms) if part.is_marked}
        assert found <= set(marked(text, "tap drain")[1])
