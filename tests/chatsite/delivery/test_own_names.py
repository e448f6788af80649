"""What a script declares for itself gets a short name, if that name is nothing else in it."""

from __future__ import annotations

import pytest

from chatsite.delivery.own_names import with_short_names


@pytest.mark.parametrize(
    ("script", "shorter"),
    [
        ("const page = 1;\nshow(page);\n", "const a = 1;\nshow(a);\n"),
        ("let page = a + 1;\n", "let b = a + 1;\n"),
        ("async function ask() {}\nask();\n", "async function a() {}\na();\n"),
        ("const page = b.page + page;\n", "const a = b.page + a;\n"),
        ("const rows = [];\nf(...rows);\n", "const a = [];\nf(...a);\n"),
        ("const rows = [];\nf(b, rows);\n[b, rows];\n", "const a = [];\nf(b, a);\n[b, a];\n"),
    ],
)
def test_a_name_of_its_own_is_shortened_wherever_it_stands(script: str, shorter: str) -> None:
    assert with_short_names(script) == shorter


@pytest.mark.parametrize(
    "elsewhere",
    [
        "f({ page });",
        "f({ b, page, c });",
        "f({ page: 1 });",
        "f({ b: 1, page() {} });",
        "f({ get page() { return 1; } });",
        "const { page = 1 } = b;",
        "f(`${page}`);",
        "f('page');",
        "f(/page/);",
        'f(/"/, page, /"/);',
        'f("\\\\"", page, "\\\\"");',
        'f("`", page, "`");',
        "class B { page = 1; }",
    ],
)
def test_a_name_that_may_be_something_else_stays(elsewhere: str) -> None:
    script = f"const page = 1;\n{elsewhere}\n"
    assert with_short_names(script) == script


def test_what_a_function_declares_and_what_the_browser_has_keep_their_names() -> None:
    script = "function f() {\n  const status = 1;\n}\nf(status, location);\n"
    assert with_short_names(script) == script


def test_two_names_never_become_one() -> None:
    names = [f"name{number}" for number in range(60)]
    script = "\n".join(f"const {name} = 1;" for name in names)
    shorter = with_short_names(f"{script}\n{'+'.join(names)};")
    assert len(set(shorter.splitlines()[-1].rstrip(";").split("+"))) == len(names)
    assert len(shorter) < len(script)
