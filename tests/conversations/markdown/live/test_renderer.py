"""Markdown as models write it becomes the HTML that pages hold."""

from __future__ import annotations

import re
from io import BytesIO, StringIO, TextIOWrapper

import pytest
from django.core.management import call_command

from conversations.markdown import AppendText, Renderer, SetOpen, render
from conversations.markdown.code.highlight import CHUNK
from conversations.markdown.live.closed_part import GROUP
from tests.conversations.markdown.page import Page, parse

P = "m1"
REL = 'rel="noopener noreferrer nofollow"'


def inside(text: str) -> str:
    """The blocks of a whole answer, without their groups, own ids and directions."""
    html = re.sub(r' dir="(?:auto|ltr)"', "", render(text, P))
    html = re.sub(r'<div class="group" id="m1-g\d+">', "", html)
    html = html.removeprefix('<div id="m1-closed">').removesuffix('</div><div id="m1-open"></div>')
    return re.sub(r' id="m1-b\d+"', "", html).removesuffix("</div>")


def test_plain_text_is_appended_to_the_tail() -> None:
    renderer = Renderer(P)
    first = renderer.feed("A paragraph that")
    assert isinstance(first[-1], SetOpen)
    assert 'id="m1-tail"' in first[-1].html
    assert renderer.feed(" goes on") == [AppendText(" goes on")]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*a* **b** ~~c~~ `d`", "<em>a</em> <strong>b</strong> <del>c</del> <code>d</code>"),
        ("a  \nb\\\nc\nd", "a<br>\nb<br>\nc\nd"),
        ("<b>&amp;</b>", "&lt;b&gt;&amp;&lt;/b&gt;"),
        ("[a](https://b.c 't')", f'<a href="https://b.c" title="t" {REL}>a</a>'),
        ("[a](/b)", f'<a {REL}>a</a><span class="address"> (/b)</span>'),
        ("<a@b.c>", f'<a href="mailto:a@b.c" {REL}>a@b.c</a>'),
        ("![a *b*](https://c.d/e)", f'<a class="image" href="https://c.d/e" {REL}>a b</a>'),
        ("main.py and example.org", "main.py and example.org"),
    ],
)
def test_text_inside_blocks(text: str, html: str) -> None:
    assert inside(text) == f"<p>{html}</p>"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see https://a.b/c.", "https://a.b/c"),
        ("(https://a.b/c_(d))", "https://a.b/c_(d)"),
        ("**https://a.b/c**", "https://a.b/c"),
        ("「https://a.b/c」。", "https://a.b/c"),
        ("http://localhost:8000/x?y=1&z=2,", "http://localhost:8000/x?y=1&amp;z=2"),
    ],
)
def test_a_bare_address_ends_where_the_sentence_goes_on(text: str, address: str) -> None:
    assert f'<a href="{address}" {REL}>{address}</a>' in inside(text)


def test_a_code_block_says_its_language_and_keeps_its_source() -> None:
    code = "".join(f"x{number} = {number}  # <b>\n" for number in range(2 * CHUNK + 1))
    html = inside(f"```python title\n{code}```")
    assert html.startswith(
        '<div class="block" data-code><div class="block__head">'
        '<span class="block__lang">python <span class="block__info">title</span></span></div>'
        '<pre class="highlight" tabindex="0"><code>'
        '<span class="chunk">x0 = <span class="m">0  </span><span class="c"># &lt;b&gt;</span>\n'
    )
    assert html.count('class="chunk"') == 3
    assert parse(html).text() == "python title" + code


def test_code_in_no_known_language_is_plain() -> None:
    assert (
        inside("    <b>\n")
        == inside("```\n<b>\n```")
        == inside("```x9\n<b>\n```").replace("x9", "")
    )


def test_columns_are_aligned_by_classes() -> None:
    html = inside("| a | b | c |\n|:--|:-:|---|\n| 1 | 2 \\| 3 |\n")
    assert '<th class="align-left">a</th><th class="align-center">b</th><th>c</th>' in html
    assert '<td class="align-left">1</td><td class="align-center">2 | 3</td><td></td>' in html
    assert "style" not in html


def test_tasks_have_boxes() -> None:
    html = inside("- [ ] one\n- [x] two\n- [y] three\n")
    assert html.count('<li class="task">') == 2
    assert html.count("task__box--done") == 1
    assert "<li>[y] three</li>" in html


@pytest.mark.parametrize("text", ["$x^2$", r"\(x^2\)", "$$\nx^2\n$$", "\\[\nx^2\n\\]", "$$x^2$$"])
def test_formulas_become_mathml(text: str) -> None:
    html = inside(text)
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in html
    assert ('display="block"' in html) == (not text.startswith(("$x", "\\(")))


@pytest.mark.parametrize(
    "source", [r"\frac", r"\unknown x", r"\newcommand{\a}{b}", "x^", r"\left("]
)
def test_a_formula_that_does_not_parse_shows_its_source(source: str) -> None:
    assert f'<code class="math-source">{source}</code>' in inside(f"${source}$")


@pytest.mark.parametrize(
    "text", ["$5 and $6", "US$ 5 or 6$", r"\$x\$", "`$x$`", "$ x $", "a$1 b$2"]
)
def test_money_is_no_formula(text: str) -> None:
    assert "<math" not in inside(text)
    assert "math-source" not in inside(text)


def test_footnotes_stand_at_the_end_in_the_order_of_their_references() -> None:
    text = (
        "One[^b] two[^a] three[^b].\n\n[^a]: A[^c]\n\n[^b]: B\n\n    more\n[^c]: C\n[^d]: D\n\nLast"
    )
    html = re.sub(' dir="auto"', "", render(text, P))
    numbers = re.findall(r'<sup class="note"><a href="#m1-note(\d)">\1</a></sup>', html)
    assert numbers == ["1", "2", "1", "3"]
    assert re.findall(r'<li id="m1-note(\d)">(?:<sup class="note">d</sup> )?<p>([A-D])', html) == [
        *zip("1234", "BACD", strict=True)
    ]
    assert html.index("<p>more</p>") > html.index("Last")
    assert "[^z]" in render("No such note[^z].\n\n[^a]: A", P)


def test_a_late_definition_makes_links_of_what_stands_above() -> None:
    renderer = Renderer(P)
    page = Page(renderer.html(), P)
    for delta in ("See [docs] and [more][docs].\n\n", "Then\n\n", "[docs]: https://a.b\n", "\nEnd"):
        page.apply(renderer.feed(delta))
    assert page.markup().count('href="https://a.b"') == 2


def test_closed_blocks_stand_in_groups() -> None:
    html = render("word\n\n" * (GROUP + 1), P)
    first, second = (parse(html).find(f"m1-g{number}")[0] for number in (0, 1))
    assert [len(first.children), len(second.children)] == [GROUP, 1]


def test_an_answer_that_starts_is_empty_but_for_its_tail() -> None:
    empty = '<div id="m1-closed"></div><div id="m1-open"><span id="m1-tail"></span></div>'
    assert Renderer(P).html() == render("", P, complete=False) == empty
    assert render("", P) == '<div id="m1-closed"></div><div id="m1-open"></div>'


def test_line_ends_of_all_systems_are_the_same() -> None:
    text = "# a\n\nb\nc\n\n```\nd\n```\n"
    for end in ("\r\n", "\r"):
        renderer = Renderer(P)
        for character in text.replace("\n", end):
            renderer.feed(character)
        renderer.finish()
        assert renderer.html() == render(text, P)


@pytest.mark.parametrize("options", [{}, {"running": True}])
def test_the_command_prints_what_the_page_would_hold(
    options: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "A **bold"
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(text.encode() + b"\xff")))
    printed = StringIO()
    call_command("render_markdown", prefix="x", stdout=printed, **options)
    expected = render(text + "\ufffd", "x", complete=not options)
    assert printed.getvalue().rstrip("\n") == expected
