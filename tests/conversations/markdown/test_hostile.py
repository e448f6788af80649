"""Hostile Markdown: the work and the output are bounded, and every piece of it is safe."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache, partial

import pytest
from pygments.lexers import get_all_lexers

from conversations.markdown import (
    Append,
    AppendText,
    Renderer,
    Replace,
    SetOpen,
    render,
)
from conversations.markdown.code import highlight
from conversations.markdown.code.languages import NAMES
from conversations.markdown.inline.mathml import formula_html
from conversations.markdown.live.budget import ALLOWANCE, MOST_GROWTH
from tests.conversations.markdown.page import parse
from tests.support.hostile.judge import depth, expects_safe

P = "m1"
SIZE = 20_000

RUNS = {
    "brackets": "[",
    "pictures": "![",
    "links in links": "[a](",
    "labels": "[a][",
    "quotes": ">",
    "bullets": "- ",
    "empty items": "-\n",
    "items": "- a\n",
    "tabs": "\t",
    "stars": "*a ",
    "stars on both sides": "*a**b",
    "underscores": "_a __b ",
    "closing stars": "a**",
    "deep emphasis": "*a _",
    "ticks": "`a``b```c ",
    "angles": "<",
    "half addresses": "<a:",
    "addresses": "https://a.b/ ",
    "slashes": "://",
    "entities": "&",
    "backslashes": "\\",
    "dollars": "$a ",
    "brackets of formulas": "\\(",
    "small formulas": "$x$ ",
    "rules": "---\n",
    "headings": "# a\n",
    "lines under headings": "a\n=\n",
    "fences": "```\n",
    "bars": "|",
    "lines of bars": "|\n",
    "tasks": "- [ ] a\n",
    "notes": "[^a]",
    "tildes": "~~a ",
    "everything": "*[`$_<!",
    "small tags": "<sub>",
    "small tags in pairs": "<sub>a</sub>",
    "breaks": "<br>",
    "variables": "$PATH ",
    "indices": "$x^2 ",
    "escaped brackets": "a \\[x=1\\] ",
    "environments": "\\begin{align} ",
    "lines of environments": "\\begin{align}\nx=1\n",
    "displays that nobody closes": "$$\nx\n",
    "brackets that nobody closes": "\\[\nx=\n",
    "definitions": "[a]: https://a.b\n",
    "links that lead nowhere": "[a](b) ",
    "emphasis without spaces": "**中。**文",
    "addresses without spaces": "中https://a.b/)。",
    "boxes": "$\\boxed{x}$ ",
    "words after a language": "```a b c\n",
}
SHAPES = {
    "growing ticks": "".join("`" * (n % 150 + 1) + " " for n in range(270)),
    "nested quotes": "".join(">" * (n % 60) + " a\n" for n in range(600)),
    "nested lists": "".join("  " * (n % 40) + "- a\n" for n in range(900)),
    "quotes again and again": (">" * 19 + "a\n\n") * 900,
    "long address, short label": f"[a]: https://{'x' * 2000}\n\n" + "[a]" * 6000,
    "the same, defined late": "[a]" * 6000 + f"\n\n[a]: https://{'x' * 2000}\n\nend",
    "blocks that wait": "[a] x\n\n" * 2500 + "[a]: https://e.org\n\nend",
    "many definitions": "".join(f"[a{n}]\n\n" for n in range(500))
    + "".join(f"[a{n}]: /u\n\n" for n in range(500)),
    "wide table": "|" + "a|" * 60 + "\n|" + "-|" * 60 + "\n" + "a\n" * 5000,
    "wider table": "|" + "a|" * 5000 + "\n|" + "-|" * 5000 + "\n",
    "long row": "|a|b|\n|-|-|\n|" + "*a* " * 5000,
    "many notes": "".join(f"[^{n}] " for n in range(1500))
    + "".join(f"\n[^{n}]: x" for n in range(900)),
    "different formulas": "".join(f"$x_{{{n}}}$ " for n in range(1500)),
    "deep formula": f"${'{' * 1500}{'}' * 1500}$",
    "fractions": "$" + r"\frac{1}{" * 200 + "x" + "}" * 200 + "$",
    "dollars in one paragraph": "x $$\n" + "$$ $$ y\n" * 2500,
    "bars in code": "|a|b|\n|-|-|\n" + ("| `" + "a|b " * 400 + "`|\n") * 12,
    "ticks in cells": "|a|b|\n|-|-|\n"
    + ("|" + "".join("`" * n + "x" for n in range(60)) + "|\n") * 10,
    "rows of a formula": "$$\n" + r"a &= b \\ " * 150 + "\n$$",
    "macros": r"$\newcommand{\a}{\b\b}\newcommand{\b}{\c\c}\a$",
}
SAMPLES = {name: run * (SIZE // len(run)) for name, run in RUNS.items()} | SHAPES


@pytest.mark.parametrize("name", SAMPLES)
def test_l13_time_and_output_are_bounded(name: str) -> None:
    text = SAMPLES[name]
    started = time.thread_time()
    html = render(text, P)
    # A tenth of this is usual; other work on the machine must not fail the test.
    assert time.thread_time() - started < 5
    escaped = len(text) + 4 * sum(text.count(mark) for mark in "&<>")
    assert len(html) <= MOST_GROWTH * escaped + ALLOWANCE * 1.25
    expects_safe(parse(html))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_frame_is_safe_and_short(name: str) -> None:
    """What the page is told grows with the text, not with the text times its frames."""
    text = SAMPLES[name][:800]
    renderer = Renderer(P)
    told = 0
    for place in range(0, len(text), 4):
        for operation in renderer.feed(text[place : place + 4]):
            match operation:
                case SetOpen(html) | Append(_, html) | Replace(_, html):
                    told += len(html)
                    expects_safe(parse(html))
                case AppendText(added):
                    told += len(added)
    assert told < 500 * len(text)


def test_l13_text_past_the_limit_is_shown_as_it_is() -> None:
    text = "word " * 40_000 + "\n\n**bold**\n\n" + "*more* [x](y) words\n" * 5000
    shown = parse(render(text, P)).text()
    assert "**bold**" in shown
    assert shown.endswith("*more* [x](y) words\n")
    assert "<em>" not in render(text, P)


def test_nesting_is_bounded_and_loses_no_text() -> None:
    text = "> " * 100 + "deep"
    element = parse(render(text, P))
    assert "deep" in element.text()
    assert depth(element) < 60
    assert depth(parse(render("*a **b " * 200 + "c** d*" * 200, P))) < 40


@cache
def hostile_code() -> tuple[str, ...]:
    parts = ["(", "{[(", '"', "'''", "/*", "<a ", "`${", "\\", "#{", "@", "a.", "a<", "a ", "/"]
    parts += ["<!--", "$(", "=begin\n", "{-", "r#", "0", "\t", "--", "%w(", '"\\', "f(x,", "<<E\n"]
    length = highlight.LONGEST_LINE
    return tuple((part * length)[:length] for part in parts)


@pytest.mark.parametrize("language", sorted(NAMES))
def test_no_lexer_can_be_kept_busy(language: str) -> None:
    alias = next(iter(_aliases_of(language)))
    highlight.block_chunks("a", alias)  # loads the lexer, which no text makes longer
    for code in hostile_code():
        assert least_seconds(partial(highlight.block_chunks, code, alias)) < 1, code[:20]


def test_no_formula_can_be_kept_busy() -> None:
    for part in ("{", "x^", r"\frac", r"\left(", r"\sqrt[", "&", r"\\", "_", "x_{", "'", r"\text{"):
        text = part * (2000 // len(part))
        assert least_seconds(partial(formula_html, text, display=True)) < 1, part


def least_seconds(work: Callable[[], object]) -> float:
    """Of this thread, in three times: what keeps it busy does so each time, other things once."""
    took = []
    for _ in range(3):
        started = time.thread_time()
        work()
        took.append(time.thread_time() - started)
    return min(took)


def _aliases_of(name: str) -> tuple[str, ...]:
    return next(aliases for full, aliases, _, _ in get_all_lexers(plugins=False) if full == name)
