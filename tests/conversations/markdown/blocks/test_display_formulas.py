"""Displayed formulas as models write them, next to prose, which never falls into one."""

from __future__ import annotations

import pytest

from tests.conversations.markdown.inline.test_half_written import seen
from tests.conversations.markdown.page import Element
from tests.conversations.markdown.pieces import expects_settled, in_order, texts

ENVIRONMENTS = """
align align* aligned bmatrix cases dcases eqnarray equation equation* gather gather* gathered matrix
multline pmatrix split vmatrix
"""


def displays(page: Element) -> list[str]:
    """The texts of the displayed formulas."""
    return [
        element.text()
        for element in in_order(page)
        if element.tag == "math" and element.attributes.get("display") == "block"
    ]


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("The area is\n$$\nA = r\n$$\nSo it grows.", ["The area is", "So it grows."]),
        ("The area is\n$$\nA = r\n$$.\nSo it grows.", ["The area is", "So it grows."]),
        ("Then\n\\[\nA = r\n\\], so y holds.\n\nNext.", ["Then", ", so y holds.", "Next."]),
        ("Then\n\\[\nA\n=\n\n\nr\n\\]\nNext.", ["Then", "Next."]),
        ("Then\n$$\nA\n\n= r\n$$ and so on.", ["Then", "and so on."]),
        ("Then\n\\[ A = r \\]\nNext.", ["Then", "Next."]),
        ("Then\n$$ A = r $$\nNext.", ["Then", "Next."]),
        ("Then\n$$A = r$$.\nNext.", ["Then", "Next."]),
        ("Then\n$$A\n= r$$\nNext.", ["Then", "Next."]),
        ("Then\n\\[ A\n= r \\]\nNext.", ["Then", "Next."]),
        ("Then $$\nA = r\n$$\nis clear.", ["Then ", "\nis clear."]),
        ("Then: \\[\nA\n\n= r\n\\]\nNext.", ["Then:", "Next."]),
        ("- Then \\[\n  A = r\n  \\]\n  Next.", ["Then", "Next."]),
        ("Then $$A = r$$ is clear.", ["Then ", " is clear."]),
        ("- Then\n  $$\n  A = r\n  $$\n  Next.", ["Then", "Next."]),
        ("1. Then:\n\n   \\[\n   A = r\n   \\]\n\n   Next.", ["Then:", "Next."]),
        ("> Then\n> $$\n> A = r\n> $$\n> Next.", ["Then", "Next."]),
    ],
)
def test_a_formula_ends_where_it_is_closed(text: str, prose: list[str]) -> None:
    page = expects_settled(text)
    assert [shown.rstrip(".") for shown in displays(page)] == ["A=r"]
    words = page.text()
    assert all(part in words for part in prose)
    assert not {"$", "\\"} & set(words)


@pytest.mark.parametrize("name", ENVIRONMENTS.split())
def test_a_bare_environment_is_a_formula(name: str) -> None:
    text = f"So\n\\begin{{{name}}}\na &= b \\\\\nc &= d\n\\end{{{name}}}\nholds."
    page = expects_settled(text)
    assert [set("abcd=") <= set(shown) for shown in displays(page)] == [True]
    assert not {"&", "\\", "1"} & set(page.text())
    assert page.text().startswith("So")
    assert page.text().endswith("holds.")


def test_other_environments_stay_text() -> None:
    page = expects_settled("\\begin{itemize}\n\\item one\n\\end{itemize}")
    assert displays(page) == []
    assert "\\begin{itemize}\n\\item one" in page.text()


@pytest.mark.parametrize("opener", ["$$", "\\[", "\\begin{align}", "$$\n", "\\[ a = b +"])
@pytest.mark.parametrize(
    "prose",
    [
        "So the **area** grows with the radius.",
        "\n\n## The next part\n\nMore words here.",
        "\n\n- an item of a list\n- and another",
        "\n\n```\ncode\n```\n",
        "\n\n| a | b |\n|---|---|\n| c | d |",
        "因此，面积随半径增长。",
        "\n\n1. first\n2. second",
        "\n\n> a quote of words",
    ],
)
def test_prose_never_falls_into_a_formula(opener: str, prose: str) -> None:
    text = f"Then\n{opener}\nx = 1\n{prose}\n\nEnd."
    page = expects_settled(text)
    source = "".join(shown for shown in texts(page, "code") if "x = 1" in shown)
    assert "x = 1" in source
    assert not any(word in source for word in ("area", "words", "item", "code", "c |", "面积"))
    assert page.text().endswith("End.")


@pytest.mark.parametrize(
    "text", ["$$ is the number of the shell.", "$$$ is dear", "\\[a remark\nthat goes on\\]"]
)
def test_a_line_of_prose_begins_no_formula(text: str) -> None:
    page = expects_settled(text)
    assert not displays(page)
    assert "math-source" not in str(page)
    assert page.text() == text.replace("\\", "")


def test_a_half_written_formula_shows_nothing_of_its_marks() -> None:
    for text in ("$$\nx = 1\n$", "\\[\nx = 1\n\\", "\\begin{align}\nx = 1\n\\en"):
        assert seen(text).removeprefix("\\begin{align}").strip() == "x = 1", text
