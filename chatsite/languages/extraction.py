"""Finds every text of the site that is to be translated: in its templates, scripts and Python."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.utils.translation.template import templatize

from chatsite.languages.catalogue import Entry
from chatsite.languages.script_texts import texts_in

CALLS = {
    **dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop", "lazy_text", "_"), ("text",)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), ("text", "plural")),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ("context", "text")),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ("context", "text", "plural")),
}
"""Functions that translate, and what their first arguments are."""

MADE = {
    "Command": ("text",),
    "Key": ("", "text"),
    "Fact": ("text",),
    "_moment": ("text",),
    "Billing": ("", "text"),
    "Explanation": ("", "text"),
}
"""What is made with a text of ours in it, which is translated where it is shown."""

FOLDERS = ("chatsite", "conversations", "streaming")


class Found(NamedTuple):
    text: str
    plural: str = ""
    context: str = ""


def entries(root: Path) -> list[Entry]:
    """Every text below the root, once, with the files in which it stands."""
    places: dict[tuple[str, str], set[str]] = defaultdict(set)
    plurals: dict[tuple[str, str], str] = {}
    for path in _files(root):
        for found in texts_of(path):
            key = found.text, found.context
            places[key].add(path.relative_to(root).as_posix())
            plurals[key] = plurals.get(key) or found.plural
    return [
        Entry(text, plural, context, ("", "") if plural else ("",), tuple(places[text, context]))
        for (text, context), plural in plurals.items()
    ]


def _files(root: Path) -> Iterator[Path]:
    yield from sorted(
        path for path in (root / "templates").rglob("*") if path.suffix in {".html", ".txt"}
    )
    yield from sorted((root / "static" / "js").rglob("*.js"))
    for folder in FOLDERS:
        yield from sorted((root / folder).rglob("*.py"))


def texts_of(path: Path) -> list[Found]:
    source = path.read_text("utf-8")
    if path.suffix == ".js":
        return [Found(text) for text in texts_in(source)]
    if path.suffix == ".py":
        return list(_in_tree(ast.parse(source)))
    return list(_in_template(templatize(source, origin=str(path))))


def _in_tree(tree: ast.AST) -> Iterator[Found]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (found := _in_call(node)):
            yield found


def _in_call(node: ast.Call) -> Found | None:
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    parts: dict[str, str] = {}
    for part, argument in zip((CALLS | MADE).get(name, ()), node.args, strict=False):
        if not part:
            continue
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            return None
        parts[part] = argument.value
    return Found(**parts) if parts.get("text") else None


def _in_template(source: str) -> Iterator[Found]:
    """`templatize` leaves calls of gettext, among other characters: each is parsed alone."""
    for name in CALLS:
        at = source.find(f"{name}(")
        while at >= 0:
            before = source[at - 1 : at]
            if not (before.isalnum() or before == "_"):
                yield from _in_tree(_call_at(source, at))
            at = source.find(f"{name}(", at + 1)


def _call_at(source: str, at: int) -> ast.AST:
    """The shortest piece from here on that is an expression."""
    end = source.find(")", at)
    while end >= 0:
        try:
            return ast.parse(source[at : end + 1], mode="eval")
        except SyntaxError:
            end = source.find(")", end + 1)
    raise ValueError(source[at : at + 80])
