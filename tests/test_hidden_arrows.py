"""What is kept knows nothing of what is alive, not even by a name that Django makes up."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from django.apps import apps

from tests import ROOT
from tests.test_architecture import modules

WORD = re.compile(r"[A-Za-z]+(?:_[A-Za-z]+)*")


def names_of_runs() -> set[str]:
    """Under which names rows of streaming can be reached from rows of conversations and people."""
    found = set()
    alive = set(apps.get_app_config("streaming").get_models())
    for model in set(apps.get_models()) - alive:
        for relation in model._meta.related_objects:
            if relation.related_model in alive:
                found |= {relation.get_accessor_name(), relation.field.related_query_name()}
    return {name for name in found if name} | {model._meta.db_table for model in alive}


def words(tree: ast.Module) -> Iterator[str]:
    """Every name in the code, and every word of its strings: lookups of rows are such."""
    prose = set(docstrings(tree))
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield from WORD.findall(name)
            case ast.keyword(arg=str(name)):
                yield from WORD.findall(name)
            case ast.Constant(value=str(text)) if node not in prose:
                yield from WORD.findall(text)


def docstrings(tree: ast.Module) -> Iterator[ast.AST]:
    """Texts that stand alone, which say something to readers of the code only."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def test_conversations_read_no_run_under_any_name() -> None:
    names = names_of_runs()
    assert {"generations", "streaming_generation"} <= names
    kept = {path: tree for path, tree in modules().items() if path.startswith("conversations/")}
    assert len(kept) > 40
    in_files = {("conversations/transfer/archive.py", "generations")}  # so archives call them
    assert {(path, word) for path, tree in kept.items() for word in words(tree)} & {
        (path, name) for path in kept for name in names
    } == in_files


def test_a_lookup_over_a_related_name_would_be_found() -> None:
    for code in (
        'rows.order_by("-generations__pk")',
        "rows.filter(generations__status=1)",
        "row.generations",
        'cursor.execute("SELECT 1 FROM streaming_generation")',
    ):
        assert set(words(ast.parse(code))) & names_of_runs(), code


def test_a_row_of_conversations_carries_what_is_stored_and_nothing_else() -> None:
    for model in apps.get_app_config("conversations").get_models():
        fields = {field.name for field in model._meta.get_fields()}
        assert vars(model).get("__annotations__", {}).keys() <= fields, model


def test_templates_of_conversations_read_no_run_either() -> None:
    pages = list((ROOT / "templates/conversations").rglob("*.html"))
    assert len(pages) > 10
    related = {name for name in names_of_runs() if not name.startswith("streaming_")}
    assert {
        (page.name, word) for page in pages for word in WORD.findall(page.read_text("utf-8"))
    } & {(page.name, name) for page in pages for name in related} == set()
