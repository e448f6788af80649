"""A page whose session has ended: it is told so, and keeps what was typed."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support.document import parse

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(
    ("method", "address"), [("post", "/send/"), ("post", "/g/1/stop/"), ("get", "/m/1/details/")]
)
def test_htmx_is_told_in_the_place_for_notices(method: str, address: str) -> None:
    reply = getattr(Client(), method)(address, headers=HTMX)
    assert reply.status_code == 401
    assert reply.headers["HX-Reswap"] == "none"
    page = parse('<div id="notice"></div>')
    page.swap(reply.content.decode())
    assert "You are signed out." in page.one("id", "notice").text()


@pytest.mark.parametrize("address", ["/", "/send/", "/m/1/source/"])
def test_a_plain_request_is_led_to_the_sign_in_page(address: str) -> None:
    reply = Client().get(address)
    assert (reply.status_code, reply.headers["Location"]) == (302, f"/login/?next={address}")


def test_what_needs_nobody_signed_in_is_there_for_htmx_too() -> None:
    assert Client().get("/login/", headers=HTMX).status_code == 200
