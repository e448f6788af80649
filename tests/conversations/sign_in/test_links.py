"""The enter link: signs the owner of this machine in, once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from conversations.sign_in.links import EnterTokens, enter_link, local_owner
from tests.chatsite.test_settings import Load, load
from tests.support.living import Living
from tests.support.tabs import Tab, place_of

__all__ = ["load"]

pytestmark = pytest.mark.django_db

QUICK = "django.contrib.auth.hashers.MD5PasswordHasher"


def path() -> str:
    return urlsplit(enter_link()).path


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({}, "DATA_DIR='/srv/my chats' PORT=8123 .venv/bin/python manage.py enter_link"),
        (
            {"DATA_DIR": settings.BASE_DIR / "var"},
            "PORT=8123 .venv/bin/python manage.py enter_link",
        ),
        ({"PUBLIC_ORIGIN": "https://chat.example"}, ".venv/bin/python manage.py enter_link"),
    ],
)
def test_the_command_for_another_link_is_one_for_this_very_site(
    settings: Any, client: Client, changed: dict[str, Any], line: str
) -> None:
    settings.DATA_DIR, settings.PORT = Path("/srv/my chats"), 8123
    settings.PUBLIC_ORIGIN = "http://127.0.0.1:8123"
    for name, value in changed.items():
        setattr(settings, name, value)
    page = client.get("/login/", follow=True).content.decode()
    assert f"<code>{escape(line)}</code>" in page


def test_the_owner_is_made_once_with_all_rights_and_no_password() -> None:
    owner = local_owner()
    assert local_owner() == owner
    assert (owner.is_superuser, owner.is_staff, owner.has_usable_password()) == (True, True, False)
    assert not Client().login(username="owner", password="")


def test_the_link_leads_to_this_site(client: Client) -> None:
    assert enter_link().startswith(f"{settings.PUBLIC_ORIGIN}/enter/")
    reply = client.get(path())
    assert (reply.status_code, reply["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(local_owner().pk)


def test_it_works_once(client: Client) -> None:
    link = path()
    assert client.get(link).status_code == 302
    second = Client()
    reply = second.get(link)
    assert reply.status_code == 403
    assert b"works once" in reply.content
    assert not signed_in(second)


def test_a_new_link_works_after_the_first_was_used() -> None:
    for client in (Client(), Client()):
        assert client.get(path()).status_code == 302
        assert signed_in(client)


def test_of_two_links_that_were_printed_the_first_that_is_used_voids_the_other() -> None:
    links = [path(), path()]
    assert Client().get(links[1]).status_code == 302
    assert Client().get(links[0]).status_code == 403


async def test_of_many_clicks_at_once_one_gets_in(living: Living) -> None:
    await living.do(local_owner)
    for number in range(1, 6):
        link = await living.do(path)
        replies = await asyncio.gather(*(Tab().get(link) for _ in range(4)))
        assert sorted(reply.status_code for reply in replies) == [302, 403, 403, 403]
        assert await living.do(Session.objects.count) == number
        assert [place_of(one) for one in replies if one.status_code == 302] == ["/"]


@pytest.mark.parametrize("method", ["head", "options", "post", "put", "delete"])
def test_only_a_get_uses_it_up(client: Client, method: str) -> None:
    link = path()
    assert getattr(client, method)(link).status_code == 405
    assert not signed_in(client)
    assert client.get(link).status_code == 302


@pytest.mark.parametrize(
    "token", ["x", "a-b", "zzzzzz-00000000000000000000000000000000", "%00", "é"]
)
def test_what_is_no_token_lets_nobody_in(client: Client, token: str) -> None:
    reply = client.get(f"/enter/{token}/")
    assert reply.status_code == 403
    assert not signed_in(client)


def test_an_old_link_is_void(client: Client, settings: object) -> None:
    link = path()
    settings.PASSWORD_RESET_TIMEOUT = -1  # type: ignore[attr-defined]
    assert client.get(link).status_code == 403


@pytest.mark.parametrize(("seconds", "status"), [(0, 302), (1, 403)])
def test_a_link_lives_an_hour(
    client: Client, monkeypatch: pytest.MonkeyPatch, seconds: int, status: int
) -> None:
    now = EnterTokens()._now()
    monkeypatch.setattr(EnterTokens, "_now", lambda tokens: now)
    link, later = path(), now + timedelta(hours=1, seconds=seconds)
    monkeypatch.setattr(EnterTokens, "_now", lambda tokens: later)
    assert client.get(link).status_code == status


def test_it_lives_as_long_as_the_environment_says(load: Load) -> None:
    assert load()["SIGN_IN_LINK_SECONDS"] == 3600
    assert load(SIGN_IN_LINK_MINUTES="5")["SIGN_IN_LINK_SECONDS"] == 300


def test_it_leads_to_the_page_that_was_wanted_before(client: Client) -> None:
    wanted = client.get("/m/1/details/")["Location"]
    client.get(wanted)
    assert client.get(path())["Location"] == "/m/1/details/"
    assert client.get(path())["Location"] == "/"  # once


def test_it_leads_to_the_page_that_it_names(client: Client) -> None:
    assert client.get(f"{path()}?next=/m/1/details/")["Location"] == "/m/1/details/"


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example/", "//elsewhere.example", f"/{'x' * 2000}", "/\\x"]
)
def test_it_leads_to_no_other_host(client: Client, elsewhere: str) -> None:
    client.get("/login/", {"next": elsewhere})
    client.cookies[settings.NEXT_COOKIE_NAME] = elsewhere
    assert client.get(path(), {"next": elsewhere})["Location"] == "/"


def test_a_sign_in_changes_the_session(client: Client) -> None:
    client.session["before"] = True
    before = client.session.session_key
    client.get(path())
    assert client.session.session_key != before


def test_the_moment_of_entering_is_kept(client: Client) -> None:
    before = timezone.now()
    client.get(path())
    last = User.objects.get().last_login
    assert last is not None
    assert before <= last <= before + timedelta(minutes=1)


def test_a_command_prints_another_link(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("enter_link")
    printed = capsys.readouterr().out.strip()
    assert client.get(urlsplit(printed).path).status_code == 302


def test_whoever_tries_links_makes_no_owner(client: Client) -> None:
    """Else an administrator is there again whom somebody deleted on purpose."""
    assert client.get("/enter/none/").status_code == 403
    assert not User.objects.exists()
