"""In which language a request is answered."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from conversations.preferences import choices

pytestmark = pytest.mark.django_db

COOKIE = settings.LANGUAGE_COOKIE_NAME
PAGE, SIGN_IN = "/password/change/", "/login/"
HTML = re.compile(r'<html lang="(\w+)" dir="(\w+)"')
KENYA = "fr, sw-KE;q=0.9, en;q=0.8"


@pytest.fixture
def person() -> User:
    return User.objects.create_user("amina", password="correct horse battery")


@pytest.fixture
def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def language_of(reply: Any) -> str:
    found = HTML.search(reply.content.decode())
    assert found is not None
    assert found[2] == "ltr"
    assert reply.headers["Content-Language"] == found[1]
    return found[1]


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("", "en"), ("sw", "sw"), (KENYA, "sw"), ("en-GB, sw", "en"), ("fr", "en"), ("*;q=x,,", "en")],
)
def test_a_browser_is_answered_in_the_language_that_it_prefers(asked: str, spoken: str) -> None:
    reply = Client().get(SIGN_IN, headers={"Accept-Language": asked})
    assert language_of(reply) == spoken
    assert "Accept-Language" in reply.headers["Vary"]
    assert ("Nenosiri" in reply.content.decode()) == (spoken == "sw")


def test_the_choice_of_a_person_comes_before_that_of_the_browser(
    person: User, browser: Client
) -> None:
    choices.choose(person.pk, language="sw")
    assert language_of(browser.get(PAGE, headers={"Accept-Language": "en"})) == "sw"
    assert browser.cookies[COOKIE].value == "sw"


def test_the_choice_holds_wherever_the_person_is_signed_in_and_goes_with_it(
    person: User, browser: Client
) -> None:
    choices.choose(person.pk, language="sw")
    browser.get(PAGE)
    choices.choose(person.pk, language="")
    assert language_of(browser.get(PAGE, headers={"Accept-Language": "en"})) == "en"
    assert browser.cookies[COOKIE].value == ""


def test_what_a_page_asks_for_speaks_as_the_page_and_asks_no_more_of_the_database(
    person: User, browser: Client, django_assert_num_queries: Any
) -> None:
    choices.choose(person.pk, language="sw")
    browser.get(PAGE)
    with django_assert_num_queries(3):  # the session, its person, and the look of this page
        reply = browser.get(PAGE, headers={"HX-Request": "true"})
    assert language_of(reply) == "sw"


def test_the_sign_in_after_a_sign_out_speaks_as_the_person_did(
    person: User, browser: Client
) -> None:
    choices.choose(person.pk, language="sw")
    browser.get(PAGE)
    browser.post("/logout/")
    assert language_of(browser.get(SIGN_IN, headers={"Accept-Language": "en"})) == "sw"


def test_an_error_speaks_the_language_of_the_browser_too() -> None:
    reply = Client().get("/nothing/here/", headers={"Accept-Language": "sw"}, follow=True)
    assert language_of(reply) == "sw"


def test_settings_keep_the_choice_and_show_the_page_anew(person: User, browser: Client) -> None:
    reply = browser.post("/settings/language/", {"language": "sw"}, headers={"HX-Request": "true"})
    assert (reply.status_code, reply.headers["HX-Refresh"]) == (200, "true")
    assert choices.of_page(person.pk).language == "sw"


def test_a_language_that_is_not_offered_is_refused(person: User, browser: Client) -> None:
    choices.choose(person.pk, language="sw")
    reply = browser.post("/settings/language/", {"language": "tlh"}, headers={"HX-Request": "true"})
    assert (reply.status_code, "HX-Refresh" in reply.headers) == (400, False)
    assert choices.of_page(person.pk).language == "sw"
