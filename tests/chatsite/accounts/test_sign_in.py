"""Signing in with a password: who gets in, where it leads, and that sign-up is closed."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from tests.chatsite.accounts.signing_in import NAME, PASSWORD, ada, inputs, sign_in, signed_in

__all__ = ["ada"]

pytestmark = pytest.mark.django_db

WRONG = "The name or the password is wrong."


def test_the_page_has_a_form_for_name_and_password() -> None:
    fields = inputs(Client().get("/login/"))
    assert {"login", "password", "csrfmiddlewaretoken"} <= set(fields)
    assert fields["password"]["type"] == "password"
    assert fields["password"]["autocomplete"] == "current-password"
    assert fields["login"]["autocomplete"] == "username"


def test_the_right_password_leads_to_the_chats(ada: User, client: Client) -> None:
    reply = sign_in(client)
    assert (reply.status_code, reply["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(ada.pk)
    assert client.session.get_expiry_age() == 14 * 24 * 3600


@pytest.mark.parametrize("typed", ["Ada", "ADA", " ada "])
def test_a_name_is_found_however_its_letters_are_written(
    ada: User, client: Client, typed: str
) -> None:
    assert sign_in(client, typed).status_code == 302


def test_two_names_that_differ_by_case_alone_are_two_people(ada: User, client: Client) -> None:
    User.objects.create_user("Ada", password="another one, a long one")
    assert sign_in(client, "ADA").status_code == 200
    assert sign_in(client, "ada").status_code == 302
    assert client.session["_auth_user_id"] == str(ada.pk)


@pytest.mark.parametrize(
    ("name", "password"),
    [
        (NAME, "a wrong one"),
        (NAME, PASSWORD.upper()),
        (NAME, f" {PASSWORD}"),
        ("nobody", PASSWORD),
        ("adа", PASSWORD),  # the last letter is Cyrillic
        ("x" * 150, PASSWORD),
    ],
)
def test_what_is_wrong_is_said_alike_whether_there_is_such_a_person(
    ada: User, client: Client, name: str, password: str
) -> None:
    reply = sign_in(client, name, password)
    assert WRONG in reply.content.decode()
    assert password not in reply.content.decode()
    assert not signed_in(client)


def test_who_was_switched_off_reads_the_same(ada: User, client: Client) -> None:
    User.objects.update(is_active=False)
    reply = sign_in(client)
    assert (reply.status_code, WRONG in reply.content.decode()) == (200, True)
    assert not signed_in(client)


def test_who_has_no_password_gets_in_with_none(client: Client) -> None:
    User.objects.create_user("owner").set_unusable_password()
    for password in ("", "!", "None"):
        assert sign_in(client, "owner", password).status_code == 200
    assert not signed_in(client)


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ({}, {"login", "password"}),
        ({"login": NAME}, {"password"}),
        ({"login": "x" * 151, "password": PASSWORD}, {"login"}),
        ({"login": "a\0", "password": PASSWORD}, {"login"}),
    ],
)
def test_a_form_that_cannot_be_right_says_what_is_wrong_with_it(
    client: Client, said: dict[str, str], missing: set[str]
) -> None:
    fields = inputs(client.post("/login/", said))
    assert {name for name, field in fields.items() if "aria-invalid" in field} == missing


def test_createsuperuser_leads_to_a_working_sign_in(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", interactive=False, username="chief", email="", verbosity=0)
    assert sign_in(client, "chief").status_code == 302
    assert client.get("/people/").status_code == 200


def test_nobody_signs_up(client: Client) -> None:
    for address in ("/signup/", "/accounts/signup/", "/login/signup/", "/register/"):
        assert client.get(address).status_code in (302, 404)
        client.post(address, {"username": "new", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.filter(username="new").exists()


# Where it leads


def test_the_page_that_was_wanted_comes_after_the_password(ada: User, client: Client) -> None:
    wanted = client.get("/m/1/details/")["Location"]
    hidden = inputs(client.get(wanted))["next"]["value"]
    assert sign_in(client, next=hidden)["Location"] == "/m/1/details/"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "javascript:alert(1)",
        "http://localhost/",
        "http://127.0.0.1:9999/",
        "https:elsewhere.example",
        " //elsewhere.example",
        "\t//elsewhere.example",
    ],
)
def test_nothing_leads_to_another_host(ada: User, elsewhere: str) -> None:
    client = Client(headers={"Host": "127.0.0.1:8000"})
    client.get("/login/", {"next": elsewhere})
    assert sign_in(client, next=elsewhere)["Location"] == "/"
    assert client.get("/login/", {"next": elsewhere}).status_code == 200


def test_who_is_signed_in_is_told_so_and_led_on(ada: User, client: Client) -> None:
    sign_in(client)
    assert "You are signed in as" in client.get("/login/").content.decode()
    reply = client.get("/login/?next=/password/change/")
    assert (reply.status_code, reply["Location"]) == (302, "/password/change/")
