"""What TeX says keeps its sense as MathML."""

from __future__ import annotations

import re

import pytest

from conversations.markdown import render
from conversations.markdown.inline.mathml import formula_html
from conversations.markdown.inline.sanitiser import clean_inline
from tests.conversations.markdown.page import parse
from tests.support.hostile.judge import expects_safe


def expects_mathml(source: str) -> str:
    """A formula that parses, as it leaves the sanitiser."""
    html = clean_inline(formula_html(source, display=True))
    assert "math-source" not in html, html
    expects_safe(parse(html))
    return html


def shown(source: str) -> str:
    return parse(expects_mathml(source)).text().replace("\xa0", " ")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"p = \$5", "p=$5"),
        (r"q = \text{cost in \$}", "q=cost in $"),
        (r"\text{50\% of \#1 \& 2\_3}", "50% of #1 & 2_3"),
        (r"100\% - 20%", "100%−20%"),
        (r"\text{for $x$ in} y", "for x iny"),
        (r"a \not= b", "a≠b"),
        (r"a \not< b", "a≮b"),
        (r"a \not\in b \not\subset c", "a∉b⊄c"),
        (r"a \not\le b", "a≰b"),
        (r"a \not\sim b", "a≁b"),
        (r"a \not\perp b", "a⟂̸b"),
        (r"x = 1 \tag{3}", "x=1(3)"),
        (r"x = 1 \label{eq:x} \nonumber \notag", "x=1"),
        (r"a \mod b", "amodb"),
    ],
)
def test_text_and_signs(source: str, text: str) -> None:
    assert shown(source) == text


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (r"\boxed{x = 1}", "math-box"),
        (r"\fbox{x}", "math-box"),
        (r"\cancel{x}", "math-cancel"),
        (r"\bcancel{x}", "math-bcancel"),
        (r"\xcancel{x}", "math-cancel math-bcancel"),
        (r"\sout{x}", "math-struck"),
    ],
)
def test_boxes_and_strokes_are_classes(source: str, name: str) -> None:
    match = re.search(r'<mrow class="([^"]*)">.*x', expects_mathml(source))
    assert match is not None
    assert set(match[1].split()) == set(name.split())


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        (r"\begin{align} a &= b \\ c &= d \end{align}", 2),
        (r"\begin{aligned} a &= b \\[4pt] c &= d \end{aligned}", 2),
        (r"\begin{alignat}{2} a &= b \\ c &= d \end{alignat}", 2),
        (r"\begin{gather*} a \\ b \\ c \end{gather*}", 3),
        (r"\begin{eqnarray} a &=& b \end{eqnarray}", 1),
        (r"\begin{equation} a = b \end{equation}", 0),
        (r"\begin{equation} \begin{split} a &= b \\ &= c \end{split} \end{equation}", 2),
        (r"f = \begin{cases} 1 & x > 0 \\ 0 & \text{else} \end{cases}", 2),
        (r"\begin{rcases} a \\ b \end{rcases} = c", 2),
        (r"a = b \\ c = d", 2),
        (r"a &= b \\ c &= d", 2),
        (r"\{a \\ b\}", 2),
        (r"\begin{array}{c|c} a & b \\ \hline c & d \end{array}", 2),
    ],
)
def test_lines_become_rows_and_nothing_else_is_on_the_page(source: str, rows: int) -> None:
    html = expects_mathml(source)
    assert html.count("<mtr>") == rows
    assert not {"&", "\\", "["} & set(parse(html).text())
    assert "(1)" not in html


def test_a_matrix_carries_its_exponent() -> None:
    html = expects_mathml(r"\begin{bmatrix} a & b \\ c & d \end{bmatrix}^{-1}")
    assert re.search(r"<msup><mrow><mo>\[</mo><mtable>.*</mtable><mo>\]</mo></mrow><mrow>", html)


def test_upright_and_bold_letters_stay_so() -> None:
    assert '<mi mathvariant="normal">' in expects_mathml(r"\mathrm{if}")
    assert 'class="math-bold"' in expects_mathml(r"\boldsymbol{\alpha}")


@pytest.mark.parametrize("source", [r"\begin{tikzpicture} a \end{tikzpicture}", r"\nobody{x}"])
def test_what_nobody_knows_shows_its_source(source: str) -> None:
    assert f'<code class="math-source">{source}</code>' in formula_html(source, display=True)


def test_the_end_of_a_sentence_stays_with_its_formula() -> None:
    html = render("$$\nx = 1\n$$.\nThen", "m1")
    assert re.search(r"<mo>\.</mo></mrow></math></div>", html)


def test_a_displayed_formula_passes_the_sanitiser_too() -> None:
    html = render("$$\n\\href{javascript:x}{y} + \\color{red}{z}\n$$\n", "m1")
    expects_safe(parse(html))
    assert "javascript" not in html
