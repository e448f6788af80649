"""The README and what it links to can be read on the site itself."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from conversations.readme import IMAGE, LINK, documents
from tests.support.document import parse

pytestmark = pytest.mark.django_db

PAGES = sorted(name for name in documents() if name.endswith(".md"))


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(User.objects.create_user("owner"))
    return client


def address(name: str) -> str:
    return "/readme/" if name == "README.md" else f"/readme/{name.removeprefix('docs/')}"


def test_the_demo_banners_link_leads_to_a_section_that_is_there(reader: Client) -> None:
    page = reader.get("/readme/").content.decode()
    assert '<section id="connect-a-model"><div' in page
    assert "OPENAI_API_KEY" in page
    assert "<img" not in page


@pytest.mark.parametrize("name", PAGES)
def test_every_link_of_every_document_leads_somewhere(reader: Client, name: str) -> None:
    page = reader.get(address(name))
    assert page.status_code == 200
    links = parse(page.content.decode()).all("href")
    inside = [
        link.attributes["href"].removeprefix(settings.PUBLIC_ORIGIN)
        for link in links
        if link.attributes["href"].startswith(f"{settings.PUBLIC_ORIGIN}/readme/")
    ]
    shown = IMAGE.sub("", documents()[name].read_text("utf-8"))
    assert len(inside) == len(LINK.findall(shown))
    assert {reader.get(path).status_code for path in inside} <= {200}


@pytest.mark.parametrize("name", ["../settings.py", "nothing.md", "deploy/", "%2e%2e/README.md"])
def test_nothing_else_can_be_read_there(reader: Client, name: str) -> None:
    assert reader.get(f"/readme/{name}").status_code == 404


def test_a_file_that_is_no_page_is_shown_as_it_is(reader: Client) -> None:
    assert "upstream" in reader.get("/readme/deploy/nginx.conf").content.decode()
    assert reader.get("/readme/images/phone-light.png")["Content-Type"] == "image/png"
