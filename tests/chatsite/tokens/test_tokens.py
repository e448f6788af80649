"""Access tokens: shown once, kept as a hash, good for what they allow at the addresses for them."""

from __future__ import annotations

import hashlib
import logging
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from chatsite.tokens import granting
from chatsite.tokens.models import AccessToken
from streaming.api.problems import CONTENT_TYPE
from streaming.live.sessions import SessionCheck
from tests.support.document import parse
from tests.support.people.factors import proven

pytestmark = pytest.mark.django_db

PAGE, DOOR = "/settings/tokens/", "/api/v1/"


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_user("ada")


@pytest.fixture
def browser(ada: User) -> Client:
    client = Client()
    client.force_login(ada)
    proven(client, ada)
    return client


def make(browser: Client, name: str = "backup", scope: str = "read", **more: str) -> Any:
    fields = {"name": name, "scope": scope, "key": str(uuid.uuid4())} | more
    return browser.post(PAGE, fields)


def text_of(reply: Any) -> str:
    assert reply.status_code == 200
    return str(parse(reply.content.decode()).one("data-token-text").text())


def ask(text: str, path: str = DOOR, method: str = "get", **more: Any) -> Any:
    strict = Client(enforce_csrf_checks=True)
    return getattr(strict, method)(path, headers={"Authorization": f"Bearer {text}"}, **more)


def test_it_is_shown_once_and_only_its_hash_is_kept(browser: Client) -> None:
    text = text_of(make(browser, "my script"))
    row = AccessToken.objects.get()
    assert row.digest == hashlib.sha256(text.encode()).hexdigest()
    assert text not in str(AccessToken.objects.values())
    page = browser.get(PAGE).content.decode()
    assert "my script" in page
    assert text not in page


def test_it_says_who_asks_and_what_may_be_done(browser: Client) -> None:
    for scope in ("read", "write"):
        reply = ask(text_of(make(browser, scope=scope)))
        assert reply.status_code == 200
        assert reply.json() == {"person": "ada", "scope": scope}


def test_the_same_form_again_makes_no_other_and_shows_nothing(browser: Client) -> None:
    key = str(uuid.uuid4())
    text_of(make(browser, key=key))
    again = make(browser, key=key)
    assert parse(again.content.decode()).all("data-token-text") == []
    assert AccessToken.objects.count() == 1


def test_a_form_that_lacks_something_says_so(browser: Client) -> None:
    for fields in ({"name": ""}, {"scope": "all"}, {"key": "none"}):
        assert make(browser, **fields).status_code == 400
    assert not AccessToken.objects.exists()


def test_one_person_has_so_many_and_no_more(browser: Client, settings: Any) -> None:
    settings.TOKENS = 2
    assert [make(browser).status_code for _ in range(3)] == [200, 200, 409]
    assert AccessToken.objects.count() == 2


def test_what_was_revoked_opens_nothing(browser: Client) -> None:
    text = text_of(make(browser))
    for _ in range(2):
        reply = browser.post(PAGE, {"revoke": str(granting.find(text).pk if _ == 0 else 1)})  # type: ignore[union-attr]  # it is there
        assert reply.status_code == 303
        assert ask(text).status_code == 401


def test_nobody_revokes_anothers(browser: Client) -> None:
    other = Client()
    other.force_login(User.objects.create_user("grace"))
    theirs = text_of(make(other))
    for named in (str(AccessToken.objects.get().pk), "1" * 30, "none"):
        browser.post(PAGE, {"revoke": named})
    assert ask(theirs).json()["person"] == "grace"
    assert parse(browser.get(PAGE).content.decode()).all("data-token") == []


@pytest.mark.parametrize("text", ["", "none", "chatsite_" + "x" * 43, "x" * 5000, "ünï"])
def test_a_wrong_one_is_refused_as_the_standard_says(db: None, text: str) -> None:
    reply = ask(text)
    assert (reply.status_code, reply.headers["Content-Type"]) == (401, CONTENT_TYPE)
    assert 'error="invalid_token"' in reply.headers["WWW-Authenticate"]
    assert reply.json()["status"] == 401


def test_without_one_it_is_said_how_to_sign_in(db: None) -> None:
    reply = Client().get(DOOR)
    assert reply.status_code == 401
    assert reply.headers["WWW-Authenticate"].startswith("Bearer realm=")
    assert "Bearer" in reply.json()["detail"]


def test_who_was_switched_off_is_refused(browser: Client, ada: User) -> None:
    text = text_of(make(browser))
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert ask(text).status_code == 401


def test_one_that_only_reads_may_send_nothing(browser: Client) -> None:
    reply = ask(text_of(make(browser)), method="post")
    assert reply.status_code == 403
    assert 'error="insufficient_scope"' in reply.headers["WWW-Authenticate"]


def test_one_that_writes_needs_no_csrf_token(browser: Client) -> None:
    assert ask(text_of(make(browser, scope="write")), method="post").status_code == 405


@pytest.mark.parametrize("path", ["/", "/settings/", PAGE, "/usage/"])
def test_it_opens_no_page(browser: Client, path: str) -> None:
    reply = ask(text_of(make(browser, scope="write")), path)
    assert (reply.status_code, reply.headers["Location"].split("?")[0]) == (302, "/login/")


def test_it_counts_for_more_than_a_cookie(browser: Client) -> None:
    other = Client()
    other.force_login(User.objects.create_user("grace"))
    headers = {"Authorization": f"Bearer {text_of(make(browser))}"}
    assert other.get(DOOR, headers=headers).json()["person"] == "ada"


def test_its_use_is_noted_at_most_once_a_minute(browser: Client) -> None:
    text = text_of(make(browser))
    assert AccessToken.objects.get().last_used_at is None
    ask(text)
    first = AccessToken.objects.get().last_used_at
    ask(text)
    assert first is not None
    assert AccessToken.objects.get().last_used_at == first
    AccessToken.objects.update(last_used_at=timezone.now() - timedelta(seconds=61))
    ask(text)
    assert (AccessToken.objects.get().last_used_at or first) >= first


def test_what_it_holds_open_ends_with_it(browser: Client, ada: User) -> None:
    """With sessions among them, which are asked about as before."""
    one, other = granting.find(text_of(make(browser))), granting.find(text_of(make(browser)))
    assert one is not None
    assert other is not None
    session = str(browser.session.session_key)
    keys = [granting.held_by(one), granting.held_by(other)]
    held = dict.fromkeys((*keys, session), ada.pk)
    assert SessionCheck().ended(held) == set()
    granting.revoke(ada, other.pk)
    assert SessionCheck().ended(held) == {keys[1]}
    assert SessionCheck().ended({keys[0]: ada.pk + 1}) == {keys[0]}
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert SessionCheck().ended(held) == set(held)


def test_no_log_line_holds_one(browser: Client, caplog: pytest.LogCaptureFixture) -> None:
    from chatsite.redaction import RedactingFormatter

    text = text_of(make(browser))
    caplog.set_level(logging.DEBUG)
    ask(text)
    ask(text[:-1])
    lines = [RedactingFormatter("%(message)s").format(record) for record in caplog.records]
    assert [line for line in lines if text[:-1] in line] == []


def test_a_browsers_session_needs_its_csrf_token_there(ada: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ada)
    proven(strict, ada)
    assert strict.get(DOOR).status_code == 200
    refused = strict.post(f"{DOOR}conversations/", {"prompt": "Hi"})
    assert (refused.status_code, refused.headers["Content-Type"]) == (403, CONTENT_TYPE)
