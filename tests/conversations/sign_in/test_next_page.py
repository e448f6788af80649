"""The one-time link leads to the page for which somebody had to sign in."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.test import Client

from conversations.sign_in.links import enter_link

pytestmark = pytest.mark.django_db


def entered(client: Client) -> str:
    """Where the link leads."""
    return str(client.get(urlsplit(enter_link()).path)["Location"])


@pytest.mark.parametrize("page", ["/providers/", "/c/0b3f9f0e-6f35-4a54-9d1c-6a0b8a3d1f11/"])
def test_the_page_that_was_asked_for_is_shown_after_the_sign_in(client: Client, page: str) -> None:
    client.get(page, follow=True)
    wanted = "/" if page == "/providers/" else page  # to who is signed out that page is not there
    assert entered(client) == wanted
    client.logout()
    assert entered(client) == "/"


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_the_link_never_leads_to_another_host(client: Client, away: str) -> None:
    client.get("/login/", {"next": away})
    assert entered(client) == "/"
