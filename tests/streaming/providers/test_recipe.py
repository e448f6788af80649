"""The recipe for a wire format in `docs/providers.md`, step by step, for each format there is."""

from __future__ import annotations

import re

import pytest

from streaming.catalog.forms import FORMAT_NAMES
from streaming.providers.config import FORMATS, ProviderConfig, WireFormat, load_providers
from streaming.providers.http.client import close_client, open_client
from streaming.providers.registry import PARSERS, provider_for
from streaming.resume.plan import plan
from tests import RECORDED, ROOT

PAGE = (ROOT / "docs" / "providers.md").read_text("utf-8")
RECIPE = PAGE.split("## Adding a wire format")[1].split("\n## ")[0]
PATHS = re.findall(r"`((?:streaming|tests)/[\w/.]+)`", RECIPE)

each_format = pytest.mark.parametrize("wire", FORMATS)


@each_format
def test_every_path_of_the_recipe_is_there(wire: WireFormat) -> None:
    paths = [ROOT / path.replace("NAME", wire) for path in PATHS]
    assert len(paths) >= 10
    assert [path for path in paths if not path.exists()] == []


@each_format
async def test_its_parser_and_its_requests_are_registered(wire: WireFormat) -> None:
    client = open_client()
    try:
        upstream = provider_for(ProviderConfig("a", "A", wire, "http://127.0.0.1:9"), client)
    finally:
        await close_client(client)
    assert upstream.config.format == wire
    assert wire in PARSERS


@each_format
def test_it_can_resume_in_some_way(wire: WireFormat) -> None:
    config = ProviderConfig("a", "A", wire, "http://127.0.0.1:9", resume="instruct")
    assert plan(config, "model") == "instruct"


def test_people_can_choose_exactly_the_formats_that_there_are() -> None:
    assert tuple(name for name, _ in FORMAT_NAMES) == FORMATS


def test_the_demo_can_be_asked_for_in_every_format() -> None:
    demos = load_providers({"DEMO_UPSTREAM_URL": "http://127.0.0.1:9", "DEMO_FORMATS": "all"})
    assert {config.format for config in demos} == set(FORMATS)


@each_format
def test_recorded_bodies_and_what_they_mean_are_there(wire: WireFormat) -> None:
    bodies = {path.stem for path in (RECORDED / wire).glob("*.sse")}
    assert bodies
    assert bodies == {path.stem for path in (RECORDED / wire).glob("*.json")}


@each_format
def test_it_has_a_column_in_the_table(wire: WireFormat) -> None:
    table = PAGE.split("## What each format does")[1]
    assert f" `{wire}` |" in table.strip().split("\n")[0]
