"""The rooms of the house: which code may import which, and the one door of each outside thing."""

import ast
import re
from collections.abc import Set
from functools import cache
from graphlib import CycleError, TopologicalSorter

import pytest

from tests import ROOT

ROOMS = ("chatsite", "streaming", "conversations")
FRAMEWORKS = ("django", "channels", "daphne", "twisted")

ARROWS = {"chatsite": ROOMS, "streaming": ROOMS[1:], "conversations": ROOMS[2:]}
PURE = {  # and what each may import of our own
    "streaming/events.py": (),
    "streaming/providers/formats/framing/": ("streaming.providers.formats.framing",),
    "streaming/providers/formats/building/": (
        "streaming.events",
        *(f"streaming.providers.formats.{name}" for name in ("building", "json_values")),
    ),
    "streaming/providers/": ("streaming.providers", "streaming.events"),
    "streaming/providers/base.py": (
        *("streaming.providers.config", "streaming.providers.model_facts", "streaming.events"),
    ),
    "streaming/providers/formats/": (
        "streaming.events",
        *(f"streaming.providers.{name}" for name in ("base", "config", "formats", "profiles")),
        *(f"streaming.providers.{name}" for name in ("key_mask", "model_facts", "parameters")),
        *("streaming.providers.picture_models", "streaming.providers.service_names"),
    ),
    "streaming/prices/": ("streaming.prices", "streaming.providers"),
    "streaming/resume/": ("streaming.resume", "streaming.providers"),
    "streaming/demo/": ("streaming.demo",),
    "streaming/demo/formats/": ("streaming.demo.formats", "streaming.demo.behaviours"),
    "streaming/demo/behaviours/": ("streaming.demo.behaviours",),
    "conversations/files/decoding/": ("conversations.files.decoding",),
    "conversations/markdown/": ("conversations.markdown",),
    "conversations/transfer/sources/": ("conversations.transfer", "conversations.languages.texts"),
    "conversations/transfer/opening/": ("conversations.transfer", "conversations.languages.texts"),
    "conversations/search/index/folding.py": (),
    "conversations/search/index/terms.py": ("conversations.search.index.folding",),
    "conversations/search/index/facets.py": ("conversations.search.index.terms",),
    "conversations/search/index/rows.py": (
        "conversations.search.index.terms",
        "conversations.search.index.facets",
    ),
}
MARKDOWN = {  # its rooms, and those that each may import
    "live": ("live", "blocks", "inline", "code"),
    "blocks": ("blocks", "inline", "code"),
    "inline": ("inline",),
    "code": ("code",),
}
GROUND = ("events", "error_messages", "db_threads", "log_context", "metrics")
WORK = ("actions", "queue", "forms", "site", "live", "runs", "cluster", "catalog", "journal")
BELOW = {  # the rooms of streaming, lowest first, and what each may import of streaming
    "events": (),
    "db_threads": (),
    "log_context": (),
    "metrics": (),
    "models": (),
    "sqlite": (),
    "audience": (),
    "demo": (),
    "site": (),  # but for types
    "providers": ("events",),
    "error_messages": ("events", "providers"),
    "prices": ("providers",),
    "costs": ("events", "models", "prices"),
    "resume": ("providers",),
    "journal": ("events", "models", "metrics", "sqlite", "db_threads", "costs", "prices"),
    "cluster": ("journal", "models", "db_threads"),
    "quota": ("error_messages", "models", "costs"),
    "sent_files": ("providers",),
    "runs": (
        *("cluster", "journal", "providers", "resume", "prices", "tools", "models"),
        *("sent_files", "audience", "catalog", "site"),
        *GROUND,
    ),
    "catalog": ("site", "journal", "providers", "demo", "models", "audience", *GROUND),
    "live": ("site", "runs", "cluster", "journal", "models", *GROUND),
    "details": (
        *("site", "live", "catalog", "runs", "cluster", "journal", "costs", "providers"),
        *("parameters", "models", *GROUND),
    ),
    "forms": ("catalog", "error_messages"),
    "parameters": (
        *("site", "live", "catalog", "cluster", "forms", "thread_replies", "providers", "models"),
        *GROUND,
    ),
    "windows": (
        *("site", "runs", "catalog", "picker", "prices", "providers", "models", "sent_files"),
        "error_messages",
    ),
    "actions": (
        *("parameters", "providers", "site", "catalog", "runs", "cluster", "journal", "quota"),
        *("windows", "models", *GROUND),
    ),
    "oversight": ("actions", "catalog", "costs", "models"),
    "thread_replies": ("live", "runs", "models"),
    "queue": (
        *("actions", "forms", "thread_replies", "site", "live", "catalog", "runs", "cluster"),
        *("providers", "models", *GROUND),
    ),
    "trash": (
        *("actions", "queue", "forms", "thread_replies", "site", "live", "runs", "cluster"),
        *("models", "sqlite", *GROUND),
    ),
    "leaving": ("trash", "transfer", "models", "catalog"),
    "views": (
        *("actions", "queue", "forms", "thread_replies", "site", "live", "runs", "models"),
        "catalog",
        *("parameters", "error_messages"),
    ),
    "editing": (
        *("actions", "forms", "thread_replies", "site", "live", "runs", "catalog", "journal"),
        *("models", "tools", *GROUND),
    ),
    "approving": (
        *("actions", "forms", "thread_replies", "live", "runs", "journal", "tools", "models"),
        *GROUND,
    ),
    "api": (*WORK, "models", *GROUND),
    "tools": ("catalog", "providers", "site", "models", *GROUND),
    "sharing": ("live", "runs", "journal", "models"),
    "titles": (
        *("actions", "quota", "forms", "thread_replies", "site", "catalog", "runs"),
        *("journal", "costs", "prices", "providers", "models", *GROUND),
    ),
    "transfer": (
        *(
            "site",
            "live",
            "details",
            "runs",
            "cluster",
            "journal",
            "forms",
            "providers",
            "models",
            *GROUND,
        ),
    ),
    "urls": ("views", "queue", "details", "catalog", "trash", "editing"),
    "picker": ("catalog", "prices", "providers", "models", "site"),
    "context": (
        *("actions", "catalog", "picker", "thread_replies", "runs", "models", "site"),
        *("windows", "error_messages", "forms", "sent_files", "costs"),
    ),
    "templatetags": (
        "parameters",
        *("trash", "titles", "site", "live", "catalog", "runs", "journal", "providers", "costs"),
        *("models", "error_messages"),
    ),
    "apps": ("live",),
}
ABOVE = ("lifecycle", "chores", "ops", "management")
"""They know all of streaming and are known by chatsite alone, but for one of them."""
ANYBODYS = "streaming.ops.durable"

TABLE = "streaming_journalentry"
DOORS = {
    "allauth": ("chatsite/accounts/",),
    "httpx": ("streaming/providers/http/",),
    "httpcore": ("streaming/providers/http/",),
    "httpx2": ("streaming/tools/servers/",),
    "httpcore2": ("streaming/tools/servers/",),
    "requests.adapters": ("chatsite/accounts/single_sign_on/",),
    "jwt": ("chatsite/accounts/single_sign_on/",),
    "mcp": ("streaming/tools/servers/",),
    "mcp_types": ("streaming/tools/servers/",),
    "prometheus_client": ("streaming/metrics.py",),
    "cryptography": ("streaming/catalog/sealed_keys.py",),
    "genai_prices": ("streaming/prices/",),
    "PIL": ("conversations/files/decoding/", "conversations/files/smaller.py"),
    "pypdf": ("conversations/files/decoding/",),
    "ijson": ("conversations/transfer/opening/",),
    "os.environ": ("chatsite/settings.py", "chatsite/asgi.py", "manage.py"),
    "group_send": ("streaming/cluster/bus_relay.py",),
    "JournalEntry": ("streaming/journal/store.py", "streaming/models/", "streaming/migrations/"),
    TABLE: ("streaming/journal/store.py",),
}


@cache
def modules() -> dict[str, ast.Module]:
    files = [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    found = [*files, ROOT / "manage.py"]
    return {str(file.relative_to(ROOT)): ast.parse(file.read_bytes()) for file in found}


@cache
def imported(tree: ast.Module) -> Set[str]:
    """Every module, and every name taken out of one, written in full."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "write imports in full"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@cache
def spoken_of(tree: ast.Module) -> Set[str]:
    """What the code names in a way that reaches it: imports, attributes, names, tables."""
    found = set(imported(tree))
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr="environ" | "environb" | "getenv" | "putenv"):
                found.add("os.environ")
            case ast.Attribute(attr=name) | ast.Name(id=name):
                found.add(name)
            case ast.Constant(value=str(text)) if TABLE in text:
                found.add(TABLE)
    return found


def named(path: str) -> str:
    """A module's name, from its path."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


class WithoutTypesOnly(ast.NodeTransformer):
    """Drops what is imported for types alone, and never when the code runs."""

    def visit_If(self, node: ast.If) -> ast.If | None:
        return None if ast.unparse(node.test) == "TYPE_CHECKING" else node


@cache
def imported_when_run(path: str) -> Set[str]:
    """What a module imports when it runs, anywhere in it."""
    return imported(WithoutTypesOnly().visit(ast.parse((ROOT / path).read_bytes())))


def imported_modules(path: str, names: Set[str]) -> Set[str]:
    """The modules of these names among it."""
    found = imported_when_run(path)
    return {name if name in names else name.rpartition(".")[0] for name in found} & names


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


def test_markdown_is_entered_by_its_front_door() -> None:
    home = "conversations/markdown"
    rooms = tuple(f"conversations.markdown.{room}" for room in MARKDOWN)
    assert {
        (path, name)
        for path, tree in modules().items()
        if not path.startswith(f"{home}/")
        for name in imported(tree)
        if lies_in(name, rooms)
    } == set()


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


def room_of(name: str) -> str:
    """The room of streaming that a module lies in."""
    return name.split(".")[1] if "." in name else ""


def test_every_room_of_streaming_stands_in_the_plan() -> None:
    rooms = {room_of(named(path)) for path in modules() if path.startswith("streaming/")}
    assert rooms - {"", "migrations"} == BELOW.keys() | set(ABOVE)


@pytest.mark.parametrize("room", BELOW)
def test_the_rooms_of_streaming_know_only_those_below_them(room: str) -> None:
    names = {named(path) for path in modules()}
    assert [
        (path, name)
        for path in modules()
        if path.startswith("streaming/") and room_of(named(path)) == room
        for name in imported_modules(path, names)
        if name.startswith("streaming.") and name != ANYBODYS
        if room_of(name) not in (room, *BELOW[room])
    ] == []


@pytest.mark.parametrize("room", [room for room in BELOW if (ROOT / "streaming" / room).is_dir()])
def test_a_room_of_streaming_is_entered_by_what_its_init_names(room: str) -> None:
    init = modules()[f"streaming/{room}/__init__.py"]
    doors = set(re.findall(r"`(\w+)", ast.get_docstring(init) or ""))
    names = {named(path) for path in modules()}
    assert {
        (path, name)
        for path in modules()
        if not path.startswith(f"streaming/{room}/")
        for name in imported_modules(path, names)
        if name.startswith(f"streaming.{room}.") and not doors & set(name.split(".")[2:])
    } == set()
