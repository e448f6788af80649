"""What a browser is told to install the site: nothing of a person, and all of it is there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from chatsite.installed import views
from chatsite.installed.icons import ICONS
from tests import ROOT

TOKEN = re.compile(r"--paper: light-dark\((#\w+), (#\w+)\);")
META = re.compile(r'name="theme-color" content="(#\w+)"')


def manifest() -> dict[str, Any]:
    reply = Client().get("/manifest.webmanifest")
    assert reply["Content-Type"] == "application/manifest+json"
    told: dict[str, Any] = reply.json()
    return told


def test_the_manifest_makes_the_site_installable() -> None:
    told = manifest()
    assert told["name"] == told["short_name"] == "Chatsite"
    assert told["id"] == told["start_url"] == told["scope"] == "/"
    assert told["display"] == "standalone"
    shown = {(icon["sizes"], icon["purpose"]) for icon in told["icons"] if "purpose" in icon}
    assert shown == {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}


def test_the_manifest_names_files_and_pages_that_are_there() -> None:
    told = manifest()
    drawn = {icon.path for icon in ICONS}
    for icon in told["icons"]:
        path = icon["src"].removeprefix("/static/")
        assert path in drawn or finders.find(path)
    assert [Client().get(each["url"]).status_code for each in told["shortcuts"]] == [302, 302]


def test_manifest_and_pages_have_the_colours_of_the_style_sheets() -> None:
    (paper,) = TOKEN.findall((ROOT / "static/css/base/tokens.css").read_text("utf-8"))
    assert paper == (views.LIGHT, views.DARK)
    assert set(META.findall((ROOT / "templates/layouts/base.html").read_text("utf-8"))) == {*paper}
    assert manifest()["theme_color"] == manifest()["background_color"] == views.LIGHT


def test_the_worker_keeps_the_page_for_no_network_and_what_that_is_shown_with() -> None:
    reply = Client().get("/worker.js")
    assert reply["Content-Type"].startswith("text/javascript")
    (kept,) = re.findall(r"const KEPT = \[(.*)\];", reply.content.decode())
    page, *files = re.findall(r'"([^"]+)"', kept)
    assert page == "/offline/"
    shown = Client().get(page).content.decode()
    named = re.findall(r'(?:<script[^>]* src|rel="stylesheet" href)="([^"]+)"', shown)
    assert sorted(named) == sorted(files)


def test_the_page_for_no_network_holds_no_token_and_sets_no_cookie() -> None:
    reply = Client().get("/offline/")
    assert reply.status_code == 200
    assert "No connection" in reply.content.decode()
    assert "csrf" not in reply.content.decode().lower()
    assert not reply.cookies


@pytest.mark.parametrize("path", ["/manifest.webmanifest", "/worker.js", "/offline/"])
def test_none_of_it_can_be_posted_to(path: str) -> None:
    assert Client().post(path).status_code == 405
