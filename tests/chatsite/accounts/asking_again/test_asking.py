"""The question itself: what was typed comes through it, and guesses have their limits."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from chatsite.accounts.asking_again import proof
from chatsite.tokens.models import AccessToken
from streaming.models import StoredProvider
from tests.chatsite.accounts.second_factors.test_passkeys import browser, challenge, made
from tests.chatsite.accounts.signing_in import PASSWORD, ada, inputs, sign_in
from tests.support.document import parse
from tests.support.people.device import HOST
from tests.support.people.factors import code_of, proven, with_app

__all__ = ["ada"]

pytestmark = pytest.mark.django_db
TOKENS = "/settings/tokens/"
FORM = {"name": "naïve 🦊", "scope": "write", "key": "6a7b5c1e-0000-4000-8000-000000000001"}
ABOUT = "asked_again_about"


@pytest.fixture
def idle(ada: User, client: Client) -> Client:
    """Signed in an hour ago."""
    client.force_login(ada)
    proven(client, ada, 3600)
    return client


def packed(reply: Any) -> str:
    value: str = parse(reply.content.decode()).all("name", ABOUT)[0].attributes["value"]
    return value


def answer(
    client: Client, about: str, path: str = TOKENS, way: str = "password", **said: str
) -> Any:
    said = said or {"password": PASSWORD}
    return client.post(path, {"asked_again": way, ABOUT: about, **said})


def test_what_was_typed_is_done_right_after(idle: Client) -> None:
    asked = idle.post(TOKENS, FORM)
    assert not AccessToken.objects.exists()
    done = answer(idle, packed(asked))
    assert "data-token-text" in done.content.decode()
    assert AccessToken.objects.get().name == FORM["name"]
    again = idle.post(TOKENS, FORM | {"key": "6a7b5c1e-0000-4000-8000-000000000002"})
    assert "data-token-text" in again.content.decode()  # for five minutes it is known who it is


def test_a_wrong_password_asks_once_more_and_loses_nothing(idle: Client) -> None:
    asked = idle.post(TOKENS, FORM)
    wrong = answer(idle, packed(asked), password="a wrong word of passage")
    assert wrong.status_code == 400
    assert "That is not your password." in wrong.content.decode()
    assert packed(wrong) == packed(asked)
    assert not AccessToken.objects.exists()
    answer(idle, packed(wrong))
    assert AccessToken.objects.get().name == FORM["name"]


def test_wrong_tries_count_like_failed_sign_ins(idle: Client) -> None:
    about = packed(idle.post(TOKENS, FORM))
    wrong = {"password": "a wrong word of passage"}
    statuses = [answer(idle, about, **wrong).status_code for _ in range(5)]
    refused = answer(idle, about)
    assert [*statuses, refused.status_code] == [400] * 5 + [429]
    assert "Too many sign-ins failed." in refused.content.decode()
    assert refused["Retry-After"] == "60"
    assert sign_in(Client()).status_code == 429
    assert not AccessToken.objects.exists()


def test_the_code_of_the_app_does_as_well(idle: Client, ada: User) -> None:
    secret = with_app(ada)
    about = packed(idle.post(TOKENS, FORM))
    assert answer(idle, about, way="code", code="000000").status_code == 400
    answer(idle, about, way="code", code=code_of(secret))
    assert AccessToken.objects.exists()


def test_a_passkey_does_for_who_has_no_password(ada: User) -> None:
    ada.set_unusable_password()
    ada.save()
    client = browser()
    client.force_login(ada)
    proven(client, ada)
    device = made(client)
    proven(client, ada, 3600)
    asked = client.post(TOKENS, FORM)
    assert "password" not in inputs(asked)
    assert answer(client, packed(asked), password=PASSWORD).status_code == 400
    answer(client, packed(asked), way="passkey", credential=device.uses(challenge(client)))
    assert AccessToken.objects.exists()
    assert client.get("/account/delete/", headers={"host": HOST}).status_code == 200
    proven(client, ada, 3600)
    assert ABOUT in client.post("/account/delete/", {"name": "ada"}).content.decode()
    assert User.objects.filter(pk=ada.pk, is_active=True).exists()


def test_a_page_that_is_asked_for_is_shown_after_the_answer(idle: Client, ada: User) -> None:
    asked = idle.get("/second-factors/app/?from=here")
    assert "data-secret" not in asked.content.decode()
    path = "/second-factors/app/?from=here"
    there = answer(idle, packed(asked), path)
    assert (there.status_code, there.url) == (303, path)
    assert "data-secret" in idle.get(path).content.decode()


def test_no_page_shows_the_key_that_was_typed(client: Client, settings: Any) -> None:
    chief = User.objects.create_superuser("chief", password=PASSWORD)
    client.force_login(chief)
    asked = client.post("/providers/add/", {"name": "Acme", "key": "sk-a-key-of-somebody"})
    assert ABOUT in asked.content.decode()
    assert "sk-a-key-of-somebody" not in asked.content.decode()
    assert "sk-a-key" not in str(dict(client.session))
    assert not StoredProvider.objects.exists()


@pytest.mark.parametrize("case", ["another person", "another address", "made up", "cut off"])
def test_what_was_packed_for_another_is_nothing_here(idle: Client, case: str) -> None:
    """Else a page of somebody else could have something done that nobody typed."""
    about = packed(idle.post(TOKENS, FORM))
    path = TOKENS
    if case == "another person":
        grace = User.objects.create_user("grace", password=PASSWORD)
        idle.force_login(grace)
        proven(idle, grace)
    elif case == "another address":
        path = f"{TOKENS}?other"
    else:
        about = {"made up": "made-up", "cut off": about[:-9]}[case]
    assert answer(idle, about, path).status_code == 400
    assert not AccessToken.objects.exists()


def test_a_session_that_is_asked_often_does_not_grow(
    idle: Client, ada: User, monkeypatch: Any
) -> None:
    """It remembers eight proofs, and the newest among them."""
    monkeypatch.setattr(proof, "is_fresh", lambda *_: False)
    for _ in range(12):
        answer(idle, packed(idle.post(TOKENS, FORM)))
    assert len(idle.session["account_authentication_methods"]) == 8
    monkeypatch.undo()
    assert "data-token-text" not in idle.post(TOKENS, FORM).content.decode()  # made before
    assert AccessToken.objects.count() == 1


def test_what_takes_back_asks_nothing(idle: Client) -> None:
    assert idle.post(TOKENS, {"revoke": "1"}).status_code == 303


def test_a_session_of_an_earlier_person_proves_nothing(idle: Client, ada: User) -> None:
    """The proof is for the person who gave it."""
    proven(idle, ada)
    grace = User.objects.create_user("grace", password=PASSWORD)
    kept = {name: value for name, value in idle.session.items() if name.startswith("account_")}
    idle.force_login(grace)
    session = idle.session
    session.update(kept)
    session.save()
    assert ABOUT in idle.post(TOKENS, FORM).content.decode()


def test_signing_in_by_the_page_is_a_proof(ada: User, client: Client) -> None:
    sign_in(client)
    assert "data-token-text" in client.post(TOKENS, FORM).content.decode()


def test_a_part_of_a_page_is_told_to_ask_on_a_page(idle: Client) -> None:
    told = idle.post("/export/make/", {}, headers={"HX-Request": "true"})
    assert (told.status_code, told["HX-Reswap"]) == (403, "none")
    assert "who you are once more" in told.content.decode()
