"""The rooms of the house: which code may import which, and the one door of each outside thing."""

import ast
import copy
from collections.abc import Iterator, Set
from functools import cache
from graphlib import CycleError, TopologicalSorter

import pytest

from tests import ROOT

ROOMS = ("chatsite", "streaming", "conversations")
FRAMEWORKS = ("django", "channels", "daphne", "twisted")

ARROWS = {"chatsite": ROOMS, "streaming": ROOMS[1:], "conversations": ROOMS[2:]}
PURE = {  # and what each may import of our own
    "streaming/events.py": (),
    "streaming/providers/formats/framing/framer.py": ("streaming.providers.formats",),
    "streaming/providers/": ("streaming.providers", "streaming.events"),
    "streaming/providers/base.py": ("streaming.providers.config", "streaming.events"),
    "streaming/providers/formats/": (
        "streaming.events",
        *(f"streaming.providers.{name}" for name in ("base", "config", "formats", "profiles")),
        "streaming.providers.service_names",
    ),
    "streaming/resume/": ("streaming.resume", "streaming.providers"),
    "streaming/demo/": ("streaming.demo",),
    "streaming/demo/formats/": ("streaming.demo.formats", "streaming.demo.behaviours"),
    "streaming/demo/behaviours/": ("streaming.demo.behaviours",),
    "conversations/markdown/": ("conversations.markdown",),
}
MARKDOWN = {  # its rooms, and those that each may import
    "live": ("live", "blocks", "inline", "code"),
    "blocks": ("blocks", "inline", "code"),
    "inline": ("inline",),
    "code": ("code",),
}
TABLE = "streaming_journalentry"
DOORS = {
    "allauth": ("chatsite/accounts/",),
    "httpx": ("streaming/providers/http/",),
    "httpcore": ("streaming/providers/http/",),
    "prometheus_client": ("streaming/metrics.py",),
    "cryptography": ("streaming/catalog/sealed_keys.py", "chatsite/secret.py"),
    "os.environ": ("chatsite/settings.py", "chatsite/asgi.py", "manage.py"),
    "group_send": ("streaming/cluster/bus_relay.py",),
    "JournalEntry": ("streaming/journal/store.py", "streaming/models.py", "streaming/migrations/"),
    TABLE: ("streaming/journal/store.py",),
}


@cache
def modules() -> dict[str, ast.Module]:
    files = [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    found = [*files, ROOT / "manage.py"]
    return {str(file.relative_to(ROOT)): ast.parse(file.read_bytes()) for file in found}


def imported(tree: ast.Module) -> Iterator[str]:
    """Every module, and every name taken out of one, written in full."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "write imports in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def spoken_of(tree: ast.Module) -> Iterator[str]:
    """What the code names in a way that reaches it: imports, attributes, names, tables."""
    yield from imported(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr="environ" | "environb" | "getenv" | "putenv"):
                yield "os.environ"
            case ast.Attribute(attr=name) | ast.Name(id=name):
                yield name
            case ast.Constant(value=str(text)) if TABLE in text:
                yield TABLE


def named(path: str) -> str:
    """A module's name, from its path."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


class WithoutTypesOnly(ast.NodeTransformer):
    """Drops what is imported for types alone, and never when the code runs."""

    def visit_If(self, node: ast.If) -> ast.If | None:
        return None if ast.unparse(node.test) == "TYPE_CHECKING" else node


def imported_modules(path: str, names: Set[str]) -> set[str]:
    """The modules of these names that a module imports when it runs, anywhere in it."""
    whole = set(imported(WithoutTypesOnly().visit(copy.deepcopy(modules()[path]))))
    return {name if name in names else name.rpartition(".")[0] for name in whole} & names


def circle() -> list[str]:
    """Modules of which each imports the next and the last is the first; none if none do."""
    names = {named(path) for path in modules()}
    try:
        graph = {named(path): imported_modules(path, names) for path in modules()}
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def lies_in(name: str, places: tuple[str, ...]) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


def is_behind(path: str, doors: tuple[str, ...]) -> bool:
    return any(path == door or (door.endswith("/") and path.startswith(door)) for door in doors)


@pytest.mark.parametrize("room", ROOMS)
def test_arrows_between_rooms_never_point_back(room: str) -> None:
    back = tuple(other for other in ROOMS if other not in ARROWS[room])
    inside = {path: tree for path, tree in modules().items() if path.startswith(f"{room}/")}
    assert inside
    assert [
        (path, name)
        for path, tree in inside.items()
        for name in imported(tree)
        if lies_in(name, back)
    ] == []


def test_no_imports_lead_in_a_circle() -> None:
    assert circle() == []


def test_what_knows_all_rooms_is_known_by_the_building_and_commands_alone() -> None:
    knowers = tuple(f"streaming.{name}" for name in ("lifecycle", "chores", "ops"))
    homes = ("chatsite/", "streaming/ops/", "streaming/management/", "streaming/lifecycle.py")
    assert [
        (path, name)
        for path, tree in modules().items()
        for name in imported(tree)
        if lies_in(name, knowers) and not is_behind(path, homes)
    ] == []


def test_the_site_imports_nothing_of_the_house_when_it_runs() -> None:
    assert imported_modules("streaming/site.py", {named(path) for path in modules()}) == set()


@pytest.mark.parametrize("room", MARKDOWN)
def test_the_rooms_of_markdown_know_only_those_below_them(room: str) -> None:
    home = "conversations/markdown"
    inside = {path: tree for path, tree in modules().items() if path.startswith(f"{home}/{room}/")}
    below = tuple(f"conversations.markdown.{other}" for other in MARKDOWN[room])
    assert inside
    assert [
        (path, name)
        for path, tree in inside.items()
        for name in imported(tree)
        if lies_in(name, ("conversations",)) and not lies_in(name, below)
    ] == []


@pytest.mark.parametrize("place", PURE)
def test_pure_code_knows_no_framework_and_no_other_room(place: str) -> None:
    inside = {path: tree for path, tree in modules().items() if is_behind(path, (place,))}
    assert inside
    assert [
        (path, name)
        for path, tree in inside.items()
        for name in imported(tree)
        if lies_in(name, FRAMEWORKS) or (lies_in(name, ROOMS) and not lies_in(name, PURE[place]))
    ] == []


@pytest.mark.parametrize("thing", DOORS)
def test_each_outside_thing_has_one_door(thing: str) -> None:
    users = {
        path
        for path, tree in modules().items()
        if any(lies_in(name, (thing,)) or name.endswith(f".{thing}") for name in spoken_of(tree))
    }
    assert {path for path in users if not is_behind(path, DOORS[thing])} == set()
