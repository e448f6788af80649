"""The pictures of the documentation are of the templates and style sheets of today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import ROOT
from tests.tour import sources
from tests.tour.story import BEHIND

DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
IMAGE = re.compile(r"images/([\w/-]+)\.png")
STEP = re.compile(r"^## (\d+)\. ", re.MULTILINE)


def test_no_picture_is_older_than_a_template_or_style_sheet_behind_it() -> None:
    assert sources.to_take(BEHIND) == [], "run make screenshots and look at them"


def test_a_change_of_any_file_behind_a_picture_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "static/pages").mkdir(parents=True)
    page, part = tmp_path / "templates/page.html", tmp_path / "templates/part.html"
    entry, style = tmp_path / "static/pages/page.css", tmp_path / "static/style.css"
    page.write_text("{% include \"part.html\" %}{% static 'pages/page.css' %}")
    part.write_text("part")
    entry.write_text('@import "../style.css";')
    style.write_text("a {}")
    monkeypatch.setattr(sources, "ROOT", tmp_path)
    monkeypatch.setattr(sources, "TEMPLATES", tmp_path / "templates")
    before = sources.digest(["page.html"])
    assert sources.behind(["page.html"]) == [entry, style, page, part]
    for path in (page, part, entry, style):
        text = path.read_text()
        path.write_text(text + " ")
        assert sources.digest(["page.html"]) != before
        path.write_text(text)
    assert sources.digest(["page.html"]) == before


def test_the_documentation_shows_each_picture_and_no_other() -> None:
    shown = {name for page in DOCS for name in IMAGE.findall(page.read_text("utf-8"))}
    there = {
        str(path.relative_to(sources.IMAGES).with_suffix(""))
        for path in sources.IMAGES.rglob("*.png")
    }
    assert shown == there == set(BEHIND)


def test_the_tour_has_twelve_steps_in_order() -> None:
    steps = STEP.findall((ROOT / "docs/tour.md").read_text("utf-8"))
    assert steps == [str(number) for number in range(1, 13)]
