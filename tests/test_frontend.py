"""What templates, styles and scripts promise, so that a strict content policy can hold."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.loader import get_template

from tests import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PARTIALS = [path for path in TEMPLATES if path.name.startswith("_")]
SPRITE = ROOT / "templates/icons/_sprite.html"
STYLES = sorted((ROOT / "static/css").rglob("*.css"))
SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))
ENTRIES = sorted((ROOT / "static/pages").iterdir())
IMAGES = sorted((ROOT / "static/img").glob("*.svg"))

SHOWS_FRAMES = "stream.js"
"""The one that shows what the server rendered and sanitised, as htmx does it elsewhere."""

LONGEST_SCRIPT = 99
MOST_FILES = 15
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
REMOTE = re.compile(r"""(?:https?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+""", re.IGNORECASE)
NAMESPACE = "http://www.w3.org/2000/svg"
OF_A_CONVERSATION = re.compile(
    r"^const {.*(conversation|socket|standing).*} = .*dataset", re.MULTILINE
)
DJANGO = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
COMMENT = re.compile(r"{% comment %}.*?{% endcomment %}", re.DOTALL)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


class Elements(HTMLParser):
    """Every start tag of a source with its attributes and its depth."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[tuple[int, str, dict[str, str]]] = []
        self.depth = 0
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        self.depth += tag not in VOID

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((self.depth, tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag not in VOID


def elements(path: Path) -> list[tuple[int, str, dict[str, str]]]:
    """The elements of a template, with what Django fills in blanked out."""
    source = COMMENT.sub("", path.read_text("utf-8"))
    return Elements(DJANGO.sub("x", source)).found


def every_element() -> Iterator[tuple[str, str, dict[str, str]]]:
    for path in TEMPLATES:
        for _, tag, attributes in elements(path):
            yield named(path), tag, attributes


def test_the_pages_are_looked_at() -> None:
    assert len(TEMPLATES) > 15
    assert len(STYLES) > 8
    assert len(SCRIPTS) > 6
    assert sum(1 for _ in every_element()) > 150


def test_no_template_holds_an_inline_script_or_style() -> None:
    inline = [
        (where, tag)
        for where, tag, attributes in every_element()
        if tag == "style" or (tag == "script" and not attributes.get("src"))
        if attributes.get("type") != "application/json"  # which is data, never run
    ]
    assert inline == []


def test_what_changes_parts_of_a_page_only_names_the_page_as_its_target() -> None:
    """Such a form may be replaced before its reply comes, and only the page hears of that then."""
    adrift = [
        (where, attributes)
        for where, _, attributes in every_element()
        if attributes.get("hx-swap") == "none" and attributes.get("hx-target") != "body"
    ]
    assert adrift == []


def test_no_element_carries_a_style_or_a_handler() -> None:
    refused = [
        (where, tag, name)
        for where, tag, attributes in every_element()
        for name in attributes
        if name == "style" or name.startswith(("on", "hx-on", "data-hx-on", "hx-vars"))
    ]
    assert refused == []


def test_no_attribute_value_is_evaluated_as_a_script() -> None:
    evaluated = [
        (where, name, value)
        for where, _, attributes in every_element()
        for name, value in attributes.items()
        if value.lstrip().lower().startswith(("javascript:", "js:"))
    ]
    assert evaluated == []


@pytest.mark.parametrize("path", [*TEMPLATES, *STYLES, *SCRIPTS, *ENTRIES, *IMAGES], ids=named)
def test_nothing_names_another_host(path: Path) -> None:
    source = path.read_text("utf-8").replace(NAMESPACE, "")
    assert REMOTE.findall(source) == []


@pytest.mark.parametrize("path", STYLES, ids=named)
def test_a_style_sheet_needs_nothing_but_files_beside_it(path: Path) -> None:
    source = path.read_text("utf-8")
    wanted = re.findall(r"""url\(["']?([^"')]+)""", source)
    assert "@import" not in source
    assert [url for url in wanted if not (path.parent / url).is_file()] == []


@pytest.mark.parametrize("path", STYLES, ids=named)
def test_every_custom_property_that_a_style_sheet_reads_is_set_somewhere(path: Path) -> None:
    everywhere = "".join(sheet.read_text("utf-8") for sheet in STYLES)
    scripts = "".join(script.read_text("utf-8") for script in SCRIPTS)
    known = set(re.findall(r"(--[\w-]+)\s*:", everywhere))
    known |= set(re.findall(r"""setProperty\("(--[\w-]+)""", scripts))
    assert set(re.findall(r"var\((--[\w-]+)", path.read_text("utf-8"))) <= known


@pytest.mark.parametrize("path", SCRIPTS, ids=named)
def test_a_script_is_short_and_stands_alone(path: Path) -> None:
    source = path.read_text("utf-8")
    assert len(source.splitlines()) <= LONGEST_SCRIPT
    assert (
        re.findall(r"^\s*(?:import|export)\b|\bimport\s*\(|\brequire\s*\(", source, re.MULTILINE)
        == []
    )
    assert source.startswith("// ")


@pytest.mark.parametrize("path", SCRIPTS, ids=named)
def test_a_script_makes_no_html_of_text_and_runs_no_text(path: Path) -> None:
    refused = (
        r"innerHTML\s*=|outerHTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function"
    )
    allowed = ["innerHTML ="] if path.name == SHOWS_FRAMES else []
    assert re.findall(refused, path.read_text("utf-8")) == allowed


@pytest.mark.parametrize("path", PARTIALS, ids=named)
def test_a_partial_is_one_element_with_an_id_and_says_its_context(path: Path) -> None:
    roots = [(tag, attributes) for depth, tag, attributes in elements(path) if depth == 0]
    assert len(roots) == 1
    assert roots[0][1].get("id")
    assert path.read_text("utf-8").startswith("{% comment %}")


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_elements_are_closed_in_every_template(path: Path) -> None:
    source = COMMENT.sub("", path.read_text("utf-8"))
    assert Elements(DJANGO.sub("x", source)).depth == 0


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_every_template_compiles(path: Path) -> None:
    assert get_template(str(path.relative_to(ROOT / "templates"))) is not None


@pytest.mark.parametrize("path", SCRIPTS, ids=named)
def test_a_script_can_be_joined_with_others(path: Path) -> None:
    """Its names stay within a block, it keeps nobody waiting, and no text spans lines."""
    assert [line for line in path.read_text("utf-8").splitlines() if line.count("`") % 2] == []
    outermost = re.findall(r"^\S.*", path.read_text("utf-8"), re.MULTILINE)
    assert [line for line in outermost if line.startswith("var ")] == []
    assert [line for line in outermost if "await" in line and "async" not in line] == []


def imported(entry: Path) -> list[str]:
    found = re.findall(r'^@?import "\.\./([^"]+)"[^;]*;$', entry.read_text("utf-8"), re.MULTILINE)
    return list(map(str, found))


@pytest.mark.parametrize("path", ENTRIES, ids=named)
def test_the_entry_of_a_page_imports_each_file_once_and_says_nothing_else(path: Path) -> None:
    lines = [line for line in path.read_text("utf-8").splitlines()[1:] if line]
    files = imported(path)
    assert len(lines) == len(files) == len(set(files)) > 1
    assert [file for file in files if not (ROOT / "static" / file).is_file()] == []
    assert {Path(file).suffix for file in files} == {path.suffix}


def test_every_script_and_style_sheet_is_used() -> None:
    pages = "".join(path.read_text("utf-8") for path in TEMPLATES)
    files = {str(path.relative_to(ROOT / "static")) for path in [*SCRIPTS, *STYLES, *ENTRIES]}
    used = set(re.findall(r"{% static '((?:js|css|pages)/[^']+)' %}", pages))
    written_into_files = {"pages/file.css"}
    assert files == used.union(written_into_files, *map(imported, ENTRIES))


def test_no_script_is_run_twice_on_a_page() -> None:
    page = (ROOT / "templates/conversations/conversation.html").read_text("utf-8")
    ways = re.search(r"{% if not past %}(.*?){% else %}(.*?){% endif %}", page, re.DOTALL)
    assert ways is not None
    of_both = page.replace(ways[0], "")
    for way in ways.groups():
        named_here = re.findall(r"'((?:js|pages)/[\w/]+\.js)'", way + of_both)
        entries = [name for name in named_here if name.startswith("pages/")]
        assert entries
        scripts = [name for name in named_here if name not in entries]
        scripts += [script for entry in entries for script in imported(ROOT / "static" / entry)]
        assert len(scripts) == len(set(scripts))


@pytest.mark.parametrize("place", ["templates", "static"])
def test_at_most_fifteen_files_lie_in_one_folder(place: str) -> None:
    files = Counter(path.parent for path in (ROOT / place).rglob("*") if path.is_file())
    assert files
    assert [named(folder) for folder, count in files.items() if count > MOST_FILES] == []


def emitted(source: str) -> set[str]:
    return set(re.findall(r"""(?:emit|CustomEvent)\("(chat:\w+)""", source))


def listened_to(source: str) -> set[str]:
    return set(re.findall(r"""addEventListener\("(chat:\w+)""", source))


def named_in_the_head(source: str, label: str) -> set[str]:
    """The events that the first lines of a script list after this label."""
    head = " ".join(itertools.takewhile(lambda line: line.startswith("//"), source.splitlines()))
    listed = re.search(rf"{label}: (.*?)(?=Emits:|Listens to:|$)", head)
    return set(re.findall(r"chat:\w+", listed[1])) if listed else set()


@pytest.mark.parametrize("path", SCRIPTS, ids=named)
def test_a_script_names_the_events_by_which_it_talks_to_others(path: Path) -> None:
    source = path.read_text("utf-8")
    assert named_in_the_head(source, "Emits") == emitted(source)
    assert named_in_the_head(source, "Listens to") == listened_to(source)


def test_every_event_of_a_script_is_emitted_by_one_and_listened_to_by_another() -> None:
    sources = [path.read_text("utf-8") for path in SCRIPTS]
    assert set().union(*map(emitted, sources)) == set().union(*map(listened_to, sources)) != set()


def test_no_script_keeps_which_conversation_its_page_showed_when_it_was_loaded() -> None:
    assert [
        named(path) for path in SCRIPTS if OF_A_CONVERSATION.search(path.read_text("utf-8"))
    ] == []


def test_every_icon_that_a_template_shows_stands_in_the_sprite_and_the_reverse() -> None:
    shown = "".join(path.read_text("utf-8") for path in TEMPLATES)
    named = re.findall(r"""{% icon "(\w+)" %}|\bicon="(\w+)\"""", shown)
    drawn = [attributes["id"] for _, tag, attributes in elements(SPRITE) if tag == "symbol"]
    assert sorted(drawn) == sorted({f"icon-{one or other}" for one, other in named})


def test_no_icon_is_drawn_where_it_is_shown() -> None:
    drawn = [
        (where, attributes.get("class"))
        for where, tag, attributes in every_element()
        if tag == "svg" and attributes.get("class") == "icon"
    ]
    assert drawn == []
    assert list((ROOT / "templates").rglob("*.svg")) == []


def test_every_form_that_posts_carries_the_token() -> None:
    unprotected = [
        named(path)
        for path in TEMPLATES
        if path.read_text("utf-8").count('method="post"')
        != path.read_text("utf-8").count("{% csrf_token %}")
    ]
    assert unprotected == []


def test_every_field_and_picture_button_has_a_name() -> None:
    labelled = {attributes["for"] for _, tag, attributes in every_element() if tag == "label"}
    nameless = [
        (where, attributes)
        for where, tag, attributes in every_element()
        if tag in {"input", "select", "textarea"}
        and attributes.get("type") != "hidden"
        and attributes.get("id") not in labelled
    ]
    nameless += [
        (where, attributes)
        for where, _, attributes in every_element()
        if "icon-button" in attributes.get("class", "") and not attributes.get("aria-label")
    ]
    assert nameless == []
