"""Headers and cookies: on every page, for everybody, on refusals too."""

from __future__ import annotations

import re
import uuid
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import OperationalError
from django.test import AsyncClient, Client

from conversations.sign_in.links import enter_link
from streaming.site import NotServing
from streaming.templatetags import composer
from tests.chatsite.test_settings import PRODUCTION, Load, load
from tests.support.document import Element, parse
from tests.support.hostile.judge import expects_nothing_reached
from tests.support.isolation.database import impatient, locked_database
from tests.support.living import Living, living, owner
from tests.support.tabs import Tab, tab
from tests.test_ownership import DOORS, House, house

__all__ = ["house", "impatient", "living", "load", "owner", "tab"]

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-src 'none'",
    "frame-ancestors 'none'",
    "manifest-src 'self'",
}
OF_A_FILE = {"sandbox", "default-src 'none'"}
"""A file that somebody added has fewer rights than any page."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Frame-Options": "DENY",
}
RUNS = ("onclick", "onload", "onerror", "onsubmit", "style", "hx-on", "hx-vars", "srcdoc")
SEEN = re.compile(r"/c/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/seen/")
"""The picture by which a page without script says that it was seen."""


def expects_safe_headers(reply: Any) -> None:
    """Headers that every reply has, and what no page may contain."""
    for name, value in HEADERS.items():
        assert reply.headers.get(name) == value, name
    assert "no-store" in reply.headers["Cache-Control"]
    assert [name for name in reply.headers if name.lower().startswith("access-control-")] == []
    policy = {part.strip() for part in reply.headers["Content-Security-Policy"].split(";")}
    is_page = reply.headers.get("Content-Type", "").startswith("text/html")
    assert policy == POLICY or (policy == OF_A_FILE and not is_page)
    if is_page and not reply.streaming:
        for element in parse(reply.content.decode()).walk():
            expects_nothing_runs(element)


def expects_nothing_runs(element: Element) -> None:
    said = element.attributes
    assert not [name for name in said if name.startswith(RUNS)], element.outer()[:200]
    assert element.tag != "style"
    assert element.tag != "script" or said.get("src", "").startswith("/static/")
    for name in ("src", "href", "action", "formaction"):
        address = said.get(name, "").lower()
        assert not address.startswith(("javascript:", "data:", "//")), element.outer()[:200]
    if element.tag in ("script", "link", "img"):
        address = said.get("src", said.get("href", ""))
        says_seen = element.tag == "img" and SEEN.fullmatch(address)
        assert says_seen or address.startswith(("/static/", "/manifest.webmanifest"))


@pytest.mark.parametrize("name", DOORS)
async def test_every_door_carries_them_for_everybody(house: House, tab: Tab, name: str) -> None:
    for visitor in (Tab(), tab):
        expects_safe_headers(await house.knock(name, visitor))


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if door.method == "post"])
async def test_every_form_carries_them_for_htmx_and_for_a_wrong_method(
    house: House, tab: Tab, name: str
) -> None:
    path = house.address(name)
    reply = await tab.post(path, htmx=True, **DOORS[name].fields)
    expects_safe_headers(reply)
    if reply.headers.get("Content-Type", "").startswith("text/html"):
        expects_nothing_reached(parse(reply.content.decode()))
    expects_safe_headers(await tab.request("put", path))


async def test_refusals_carry_them(living: Living, tab: Tab) -> None:
    strict = AsyncClient(enforce_csrf_checks=True)
    strict.cookies = tab.client.cookies
    elsewhere = Client(headers={"Host": "elsewhere.example"})
    refused: dict[int, Any] = {
        404: await tab.get(f"/c/{uuid.uuid4()}/"),
        405: await tab.get("/send/"),
        403: await strict.post("/send/", {"prompt": "Hello"}),
        413: await tab.post("/send/", prompt="x" * (1024 * 1024 + 1)),
        400: await living.do(lambda: elsewhere.get("/")),
    }
    for status, reply in refused.items():
        assert reply.status_code == status
        expects_safe_headers(reply)
        assert b"Traceback" not in reply.content


async def test_e14_a_database_that_refuses_carries_them(
    impatient: None, living: Living, tab: Tab
) -> None:
    generation = await living.ended("Yes.")
    with locked_database():
        for htmx in (False, True):
            reply = await tab.post(f"/c/{generation.conversation_id}/delete/", htmx=htmx)
            assert reply.status_code == 503
            expects_safe_headers(reply)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("trouble", "status", "says"),
    [
        (ZeroDivisionError("secret"), 500, "Something broke on our side"),
        (OperationalError("secret"), 503, "The server cannot save right now"),
        (NotServing("secret"), 503, "The server cannot save right now"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_breaks_or_is_missing_is_a_page_that_tells_nothing(
    owner: Any, monkeypatch: pytest.MonkeyPatch, trouble: Exception, status: int, says: str
) -> None:
    def break_down() -> None:
        raise trouble

    monkeypatch.setattr(composer, "site", break_down)
    broken = Client(raise_request_exception=False)
    broken.force_login(owner)
    reply = broken.get("/")
    assert reply.status_code == status
    expects_safe_headers(reply)
    assert says in reply.content.decode()
    assert "secret" not in reply.content.decode()


# Cookies


def entered(host: str, *, secure: bool = False) -> Client:
    """A browser that has followed the enter link and seen a page with a form."""
    client = Client(headers={"Host": host})
    assert client.get(urlsplit(enter_link()).path, secure=secure).status_code == 302
    assert client.get("/login/", secure=secure).status_code == 200
    return client


@pytest.mark.django_db
def test_on_this_machine_cookies_have_plain_names_and_scripts_cannot_read_the_session() -> None:
    kept = entered("127.0.0.1:8000").cookies
    assert set(kept) == {"sessionid_8000", "csrftoken_8000"}
    assert kept["sessionid_8000"]["httponly"] is True
    for cookie in kept.values():
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")
        assert not cookie["secure"]


@pytest.mark.django_db
def test_a_public_sites_cookies_are_bound_to_its_host_and_to_https(
    settings: Any, load: Load
) -> None:
    for name, value in load(**PRODUCTION).items():
        if name.startswith(("SESSION_", "CSRF_", "SECURE_", "ALLOWED_")):
            setattr(settings, name, value)
    client = entered("chat.example.org", secure=True)
    assert set(client.cookies) == {"__Host-sessionid", "__Host-csrftoken"}
    for cookie in client.cookies.values():
        assert cookie["secure"] is True
        assert (cookie["path"], cookie["domain"], cookie["samesite"]) == ("/", "", "Lax")
    assert client.cookies["__Host-sessionid"]["httponly"] is True
    assert client.cookies["__Host-sessionid"]["max-age"] == 14 * 24 * 3600
    reply = client.get("/login/", secure=True)
    assert reply.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.django_db
def test_a_public_site_answers_plain_http_with_its_https_address_alone(
    settings: Any, load: Load
) -> None:
    for name, value in load(**PRODUCTION).items():
        if name.startswith(("SECURE_", "ALLOWED_")):
            setattr(settings, name, value)
    reply = Client(headers={"Host": "chat.example.org"}).get("/healthz?x=1")
    assert reply.status_code == 301
    assert reply["Location"] == "https://chat.example.org/healthz?x=1"
