"""What only people read is left out, and nothing that might be part of a text."""

from __future__ import annotations

import pytest

from chatsite.delivery.shortening import shorter_script, shorter_style_sheet


@pytest.mark.parametrize(
    ("source", "shorter"),
    [
        ("// Why.\nconst a = 1;\n", "const a=1;"),
        ("function f() {\n  return 1; // at once\n}\n", "function f(){return 1;}\n"),
        ("a = b + +c - -d;\n", "a=b + +c - -d;"),
        ('a = { b: " ( ) " };\n', 'a={b:" ( ) "};'),
        ("a = (b) => `{ ${c} }`;\n", "a=(b)=>`{ ${c} }`;"),
        ("a = b ? / ; / : c;\n", "a = b ? / ; / : c;\n"),
        ('a = ["` = ", "=", " `"];\n', 'a = ["` = ", "=", " `"];'),
        ("if (a) return (b);\nelse (c)();\n", "if(a)return(b);else(c)();"),
        ("a();\n\n\nb();\n", "a();b();"),
        ('a("; // b");\n', 'a("; // b");\n'),
        ("a('), // b');\n", "a('), // b');\n"),
        ("a(`; // b ${c}`);\n", "a(`; // b ${c}`);\n"),
        ("a = /[;] // /;\n", "a = /[;] // /;\n"),
        ("a(); // the reader's\n", "a(); // the reader's\n"),
        ("a(`\n  b; // c\n\n`);\n", "a(`\n  b; // c\n\n`);\n"),
        ('location = "http://a";\n', 'location = "http://a";\n'),
    ],
)
def test_a_script_stays_the_same_script(source: str, shorter: str) -> None:
    assert shorter_script(source) == shorter


@pytest.mark.parametrize(
    ("source", "shorter"),
    [
        ("a {\n  color: red;\n}\n", "a{color:red;}"),
        (".a:hover .b { margin: 0 auto; top: 1px }", ".a:hover .b{margin:0 auto;top:1px}"),
        ("a { width: calc(1px + 2 * 3px); }", "a{width:calc(1px + 2 * 3px);}"),
        ('a::after { content: "{ a: b; }" }', 'a::after{content:"{ a: b; }"}'),
        ("a { mask: url(b.svg) }", "a{mask:url(b.svg)}"),
        ("a { content: '\\201c' }", "a { content: '\\201c' }"),
        ("@media (min-width: 40rem) and (hover) {", "@media (min-width: 40rem) and (hover){"),
        ("a :not(b) > c, d + e { top: 0 }", "a :not(b) > c, d + e{top:0}"),
    ],
)
def test_a_style_sheet_keeps_its_rules(source: str, shorter: str) -> None:
    assert shorter_style_sheet(source) == shorter
