"""Setting and changing a password: through a link that works once, or signed in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as site
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.test import Client

from chatsite.accounts import mail
from chatsite.accounts.links import PasswordLinkTokens, password_link
from conversations.sign_in.links import enter_link
from tests.chatsite.accounts.signing_in import NAME, NEW, PASSWORD, ada, inputs, sign_in, signed_in
from tests.chatsite.test_settings import load
from tests.support.document import parse

__all__ = ["ada", "load"]

pytestmark = pytest.mark.django_db

TWICE = {"password1": NEW, "password2": NEW}


def path(person: User) -> str:
    return urlsplit(password_link(person)).path


def follow(client: Client, link: str, **said: str) -> Any:
    """Open a link, and send the form of its page."""
    form = client.get(link)["Location"]
    return client.post(form, said or TWICE)


# By a link


def test_a_link_sets_the_password_and_signs_in(ada: User, client: Client) -> None:
    assert password_link(ada).startswith(f"{site.PUBLIC_ORIGIN}/password/link/")
    reply = follow(client, path(ada))
    assert (reply.status_code, reply["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(ada.pk)
    assert sign_in(Client(), password=NEW).status_code == 302
    assert sign_in(Client(), password=PASSWORD).status_code == 200


def test_the_address_of_the_form_does_not_hold_the_secret(ada: User, client: Client) -> None:
    link = path(ada)
    form = client.get(link)["Location"]
    assert form.endswith("-set-password/")
    assert NAME in client.get(form).content.decode()
    assert Client().get(form).status_code == 403


def test_a_link_works_once(ada: User) -> None:
    link = path(ada)
    other = Client()
    form = other.get(link)["Location"]
    follow(Client(), link)
    assert Client().get(link).status_code == 403
    reply = other.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    assert reply.status_code == 403
    assert not signed_in(other)
    assert sign_in(Client(), password=NEW).status_code == 302


def test_to_open_a_link_does_not_use_it_up(ada: User) -> None:
    """Messengers open links to show a preview."""
    link = path(ada)
    for _ in range(3):
        assert Client().get(link).status_code == 302
        assert Client().head(link).status_code == 302
    assert follow(Client(), link).status_code == 302


@pytest.mark.parametrize("since", ["signed in", "switched off", "other address", "gone"])
def test_a_link_is_void_once_its_person_is_not_as_before(ada: User, since: str) -> None:
    link = path(ada)
    match since:
        case "signed in":
            sign_in(Client())
        case "switched off":
            User.objects.update(is_active=False)
        case "other address":
            User.objects.update(email="elsewhere@example.org")
        case "gone":
            ada.delete()
    assert Client().get(link).status_code == 403


@pytest.mark.parametrize(("seconds", "status"), [(0, 302), (1, 403)])
def test_a_link_lives_a_day(
    ada: User, monkeypatch: pytest.MonkeyPatch, seconds: int, status: int
) -> None:
    now = PasswordLinkTokens()._now()
    monkeypatch.setattr(PasswordLinkTokens, "_now", lambda tokens: now)
    link = path(ada)
    later = now + timedelta(hours=24, seconds=seconds)
    monkeypatch.setattr(PasswordLinkTokens, "_now", lambda tokens: later)
    assert Client().get(link).status_code == status


@pytest.mark.parametrize("key", ["1-x", "1-set-password", "zzz-c0-ffee", "9" * 60 + "-a-b", "1-é"])
def test_what_is_no_link_lets_nobody_in(ada: User, client: Client, key: str) -> None:
    assert client.get(f"/password/link/{key}/").status_code == 403
    assert client.post(f"/password/link/{key}/", TWICE).status_code == 403
    assert not signed_in(client)


def test_a_link_of_one_person_does_not_set_the_password_of_another(ada: User) -> None:
    eve = User.objects.create_user("eve", password=PASSWORD)
    token = path(ada).partition("-")[2]
    assert Client().get(f"/password/link/{eve.pk}-{token}").status_code == 403


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("eleven char", "at least 12 characters"),
        ("1q2w3e4r5t6y", "too common"),
        ("", "required"),
    ],
)
def test_a_password_has_12_characters_and_is_not_a_common_one(
    ada: User, client: Client, password: str, says: str
) -> None:
    reply = follow(client, path(ada), password1=password, password2=password)
    assert (reply.status_code, says in reply.content.decode()) == (200, True)
    assert not signed_in(client)


def test_12_characters_are_enough(ada: User, client: Client) -> None:
    twelve = "quite enough"
    assert len(twelve) == 12
    assert follow(client, path(ada), password1=twelve, password2=twelve).status_code == 302


def test_two_different_passwords_are_told(ada: User, client: Client) -> None:
    reply = follow(client, path(ada), password1=NEW, password2=f"{NEW}!")
    assert "aria-invalid" in inputs(reply)["password2"]
    assert NEW not in reply.content.decode()


def test_who_was_held_up_is_not_any_more_after_a_link(ada: User) -> None:
    for _ in range(site.SIGN_IN_FAILURES_OF_ACCOUNT):
        sign_in(Client(), password="a wrong one")
    assert follow(Client(), path(ada)).status_code == 302
    assert sign_in(Client(), password=NEW).status_code == 302


# By who is signed in


def test_a_change_asks_for_the_old_password_and_ends_other_sessions(ada: User) -> None:
    here, there = Client(), Client()
    sign_in(here)
    sign_in(there)
    wrong = here.post("/password/change/", {"oldpassword": NEW, **TWICE})
    assert "That is not your password." in wrong.content.decode()
    reply = here.post("/password/change/", {"oldpassword": PASSWORD, **TWICE}, follow=True)
    assert "Your password is changed." in reply.content.decode()
    assert signed_in(here)
    assert there.get("/password/change/").status_code == 302
    assert sign_in(Client(), password=NEW).status_code == 302


def test_a_reset_ends_other_sessions(ada: User) -> None:
    there = Client()
    sign_in(there)
    follow(Client(), path(User.objects.get()))
    assert there.get("/password/change/")["Location"].startswith("/login/")


def test_the_owner_who_has_a_link_alone_sets_a_first_password(client: Client) -> None:
    client.get(urlsplit(enter_link()).path)
    assert client.get("/password/change/")["Location"] == "/password/set/"
    assert client.post("/password/set/", TWICE).status_code == 302
    assert sign_in(Client(), "owner", NEW).status_code == 302
    assert Client().get(urlsplit(enter_link()).path).status_code == 302  # the link works as before


def test_who_has_a_password_cannot_set_one_without_it(ada: User, client: Client) -> None:
    sign_in(client)
    assert client.post("/password/set/", TWICE)["Location"] == "/password/change/"
    assert sign_in(Client(), password=PASSWORD).status_code == 302


# By mail


@pytest.fixture
def mail_server(settings: Any, load: Any) -> None:
    settings.EMAIL_SERVER = load(EMAIL_URL="smtp://127.0.0.1")["EMAIL_SERVER"]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[EmailMessage]:
    """Messages that would be handed to the mail server; none waits here."""
    sent: list[EmailMessage] = []
    monkeypatch.setattr(mail, "send_soon", sent.append)
    return sent


def test_who_forgot_it_is_sent_a_link(
    ada: User, mail_server: None, sent: list[EmailMessage]
) -> None:
    reply = Client().post("/password/reset/", {"email": "ADA@example.org"})
    assert (reply.status_code, reply["Location"]) == (302, "/password/reset/done/")
    (message,) = sent
    assert message.to == ["ada@example.org"]
    (link,) = [word for word in str(message.body).split() if word.startswith("http")]
    assert link.startswith(f"{site.PUBLIC_ORIGIN}/password/link/")
    assert NAME in str(message.body)
    assert follow(Client(), urlsplit(link).path).status_code == 302


def test_a_request_that_names_the_site_otherwise_does_not_change_the_link(
    ada: User, mail_server: None, sent: list[EmailMessage]
) -> None:
    Client(headers={"Host": "localhost:4444"}).post("/password/reset/", {"email": ada.email})
    assert "localhost:4444" not in str(sent[0].body)


def test_an_unknown_address_reads_the_same_and_gets_no_mail(
    ada: User, mail_server: None, sent: list[EmailMessage]
) -> None:
    known, unknown = (
        Client().post("/password/reset/", {"email": email}, follow=True)
        for email in (ada.email, "nobody@example.org")
    )
    assert parse(known.content.decode()).text() == parse(unknown.content.decode()).text()
    assert [message.to for message in sent] == [[ada.email]]


def test_links_by_mail_are_few(ada: User, mail_server: None, sent: list[EmailMessage]) -> None:
    asked = [Client().post("/password/reset/", {"email": ada.email}) for _ in range(6)]
    assert [reply.status_code for reply in asked] == [302] * 5 + [429]
    assert "Too many requests" in asked[-1].content.decode()
    assert len(sent) == 5


def test_without_a_mail_server_the_page_tells_whom_to_ask(
    ada: User, sent: list[EmailMessage]
) -> None:
    assert "Ask an administrator" in Client().get("/password/reset/").content.decode()
    assert Client().post("/password/reset/", {"email": ada.email}).status_code == 404
    assert sent == []
