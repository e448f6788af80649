"""Money, variables and escaped brackets are text; formulas are formulas, in the middle of prose."""

from __future__ import annotations

import pytest

from tests.conversations.markdown.inline.test_half_written import seen
from tests.conversations.markdown.pieces import expects_settled, marked, texts

TEXTS = [
    "Set $PATH to the folder. Then the shell finds the program by its name.",
    "Set $PATH and $HOME, then ${USER} or $HOME/bin:$PATH.",
    'Quote "$HOME" and "$PATH"; $PATH:$HOME; ($a,$b); $a-$b; "$a"."$b".',
    "$1 and $2, $@ and $?, $_, $$ is the shell's own number.",
    "Use ${HOME}/${USER}/ or $(pwd)/$(ls), $_GET['a'] and $_POST['b'], $this->a($b).",
    "It costs $5 and $10, US$5, A$10, $1,000-$2,000, $1,000–$2,000 or $3.50/month vs $4.",
    "From $5 to 10$ or 6$/7$; between $5k and $10k; ($5) or ($6), $5/$6, $20 per year.",
    "价格为$5，数量为$6。每月$20元到$30元。设置$PATH变量和$HOME变量。",
    'Run $env:PATH = "C:\\Windows\\System32" and $env:HOME, then $x.',
    "A $$ restaurant, a $$$ one and from $$ to $$$.",
    "$.ajax, $('#a').b($('#c')), $scope.$apply() and jQuery's $",
    "The $ sign and the $x that follows it, then \\$5 and \\$6$.",
]
BRACKETS = [
    (r"This is disputed \[citation needed\] by many.", "disputed [citation needed] by"),
    (r"a\[0\], b\[i\], c\[i+1\] and d\[i\]\[j\]", "a[0], b[i], c[i+1] and d[i][j]"),
    (r"press \[Enter\] or \[Ctrl + C\] or \[y/n\]", "press [Enter] or [Ctrl + C] or [y/n]"),
    (r"\[Note\] this, \[1\] that, \[x\] done, \[ \] open", "[Note] this, [1] that, [x] done, [ ]"),
    (r"\[sic\]", "[sic]"),
    (r"- \[x\] done", "[x] done"),
    (r"\[a link\](https://example.org/a=b)", "[a link]("),
    (r"an \(optional\) part \(see below\), file\(s\)", "an (optional) part (see below), file(s)"),
    (r"f\(x\) and \(and/or\)", "f(x) and (and/or)"),
    (r"\[key=value\] and \[\w+\] and \[A-Z\] and \[^1\]", r"[key=value] and [\w+] and [A-Z] and"),
    (r"\[This is a long remark", "[This is a long remark"),
    (r"\[TODO: write this\]", "[TODO: write this]"),
]
FORMULAS = [
    ("The $n$-th and the $n$th of $k$ elements, $O(n)$, $x_i$s.", 5),
    ("设$x$为实数，且$f(x)=x^2$，则$a<b$。", 3),
    ("Let $x, y \\in \\mathbb{R}$ and $5 = 2 + 3$, $3 \\text{ apples}$.", 3),
    ("It costs $5, but $x = 5$ holds.", 1),
    ("Both \\(x\\) and \\(x + y\\), \\(AB\\), \\(n \\log n\\), \\(\\sin x\\), \\(5\\)", 6),
    ("so \\[ x^2 \\], and \\[a = b\\] hold", 2),
    ("a formula $$x^2$$ within the line", 1),
    ("where \\begin{cases} a & b \\\\ c & d \\end{cases} holds", 1),
    ("$P(A|B)$, $|x|$, $\\|x\\|$, $\\{x \\mid x > 0\\}$", 4),
    ("$dx dy$ and $2\\pi r$ and $a, b, c$", 3),
    ("**Result: $x=5$** and *so \\(y\\)*", 2),
]


@pytest.mark.parametrize("text", TEXTS)
def test_money_and_variables_are_never_a_formula(text: str) -> None:
    page = expects_settled(text)
    assert list(marked(page)) == []
    assert page.text() == text.replace("\\$", "$")


@pytest.mark.parametrize(("text", "shown"), BRACKETS)
def test_escaped_brackets_are_brackets(text: str, shown: str) -> None:
    page = expects_settled(text)
    assert list(marked(page)) == []
    assert shown in page.text()


@pytest.mark.parametrize(("text", "count"), FORMULAS)
def test_formulas_in_the_line_stay_formulas(text: str, count: int) -> None:
    assert len(texts(expects_settled(text), "math")) == count


def test_a_dollar_is_on_the_page_as_soon_as_it_came() -> None:
    text = "Set $PATH to the folder. It costs $5 or $6."
    for length in range(1, len(text) + 1):
        assert seen(text[:length]).rstrip() == text[:length].rstrip()
