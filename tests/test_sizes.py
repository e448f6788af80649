"""How large a file, a function, a class and a folder may be, and what each room says of itself."""

import ast
from collections import Counter
from collections.abc import Iterator

from tests import ROOT
from tests.test_architecture import ROOMS

MODULES_A_FOLDER = 15
LINES_A_FILE = 300
LINES_A_TEST_FILE = 400
LINES_A_FUNCTION = 50
METHODS_A_CLASS = 15
TOO_LARGE: dict[str, str] = {}
"""What may be larger, and why."""


def code_files() -> list[str]:
    """All modules of the project, tests too; migrations are Django's."""
    roots = (*ROOMS, "tests")
    files = [file for root in roots for file in (ROOT / root).rglob("*.py")]
    return sorted(str(file.relative_to(ROOT)) for file in files if "migrations" not in file.parts)


def test_no_folder_holds_more_than_a_reader_can_take_in() -> None:
    modules_of = Counter(
        path.rpartition("/")[0] for path in code_files() if not path.endswith("/__init__.py")
    )
    assert {folder for folder, count in modules_of.items() if count > MODULES_A_FOLDER} == set()


def test_no_folder_of_templates_styles_or_scripts_does_either() -> None:
    files = [file for root in ("static", "templates") for file in (ROOT / root).rglob("*.*")]
    held = Counter(str(file.parent.relative_to(ROOT)) for file in files)
    assert held
    assert {folder for folder, count in held.items() if count > MODULES_A_FOLDER} == set()


def larger_than_planned() -> Iterator[str]:
    """`path` or `path:name` of each file, function and class that is larger than it should be."""
    for path in code_files():
        source = (ROOT / path).read_text("utf-8")
        bound = LINES_A_TEST_FILE if path.startswith("tests/") else LINES_A_FILE
        if source.count("\n") > bound:
            yield path
        for node in ast.walk(ast.parse(source)):
            match node:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    if (node.end_lineno or 0) - node.lineno >= LINES_A_FUNCTION:
                        yield f"{path}:{node.name}"
                case ast.ClassDef():
                    methods = (ast.FunctionDef, ast.AsyncFunctionDef)
                    if sum(isinstance(each, methods) for each in node.body) > METHODS_A_CLASS:
                        yield f"{path}:{node.name}"


def test_nothing_is_larger_than_planned_without_a_reason() -> None:
    assert set(larger_than_planned()) == TOO_LARGE.keys()
    assert len(TOO_LARGE) <= 10


def test_every_room_says_what_it_promises_in_twenty_lines() -> None:
    rooms = {path for path in code_files() if path.endswith("/__init__.py")}
    folders = {path for path in rooms if not path.startswith("tests/") and "management" not in path}
    told = {path: ast.get_docstring(ast.parse((ROOT / path).read_bytes())) for path in folders}
    assert {
        path for path, words in told.items() if not words and "templatetags" not in path
    } == set()
    assert {path for path, words in told.items() if (words or "").count("\n") >= 20} == set()
