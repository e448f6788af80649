"""Codes of an app and recovery codes: set up, asked for at sign-in, each accepted once."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.test import Client

from chatsite.accounts.second_factors import factors, taking_away
from tests.chatsite.accounts.signing_in import PASSWORD, ada, inputs, sign_in, signed_in
from tests.support.document import parse
from tests.support.people.factors import code_of, proven, with_app

__all__ = ["ada"]

pytestmark = pytest.mark.django_db
STEP = "/login/second/"


@pytest.fixture
def inside(ada: User, client: Client) -> Client:
    client.force_login(ada)
    proven(client, ada)
    return client


def shown(reply: Any, mark: str) -> str:
    return parse(reply.content.decode()).one(mark).text().strip()


def set_up(client: Client) -> str:
    """The secret of an app that was just set up by the page."""
    page = client.get("/second-factors/app/")
    secret = shown(page, "data-secret").replace(" ", "")
    said = {"sealed": inputs(page)["sealed"]["value"], "code": code_of(secret)}
    assert (
        client.post("/second-factors/app/", said)["Location"] == "/second-factors/codes/?done=app"
    )
    return secret


def recovery_codes(client: Client) -> list[str]:
    return shown(client.get("/second-factors/codes/"), "data-codes").split()


def second(client: Client, code: str) -> Any:
    return client.post(STEP, {"code": code})


def test_an_app_is_asked_for_after_the_password(inside: Client, ada: User) -> None:
    secret = set_up(inside)
    there = Client()
    assert sign_in(there, next="/usage/")["Location"] == STEP
    assert not signed_in(there)
    assert there.get("/usage/").status_code == 302
    wrong = second(there, "000000")
    assert wrong.status_code == 400
    assert "This code is wrong" in wrong.content.decode()
    assert not signed_in(there)
    entered = second(there, code_of(secret, 1))
    assert (entered.status_code, entered["Location"]) == (302, "/usage/")
    assert signed_in(there)


def test_without_a_second_factor_the_password_is_enough(ada: User, client: Client) -> None:
    assert sign_in(client)["Location"] == "/"
    assert signed_in(client)


def test_a_wrong_password_says_nothing_of_second_factors(ada: User, client: Client) -> None:
    with_app(ada)
    refused = sign_in(client, password="a wrong word of passage")
    assert refused.status_code == 200
    assert client.get(STEP)["Location"] == "/login/"


def test_a_code_is_accepted_once_as_long_as_it_could_be(
    ada: User, client: Client, monkeypatch: Any
) -> None:
    """Also in the step after the next, when the app has shown two others."""
    secret = with_app(ada)
    early = code_of(secret, 1)
    sign_in(client)
    assert second(client, early).status_code == 302
    again = Client()
    sign_in(again)
    assert second(again, early).status_code == 400
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.TOTP._mark_code_used", lambda *_: True)
    assert second(again, early).status_code == 400
    assert not signed_in(again)


def test_a_recovery_code_signs_in_once_and_only_once(inside: Client) -> None:
    set_up(inside)
    codes = recovery_codes(inside)
    assert len(set(codes)) == 10
    for code, status in ((codes[3], 302), (codes[3], 400), (codes[4], 302)):
        there = Client()
        sign_in(there)
        assert second(there, code).status_code == status
        assert signed_in(there) is (status == 302)
    assert recovery_codes(inside) == [*codes[:3], *codes[5:]]


def test_new_codes_make_the_old_ones_void_and_a_form_makes_them_once(inside: Client) -> None:
    set_up(inside)
    old = recovery_codes(inside)
    form = {"key": "6a7b5c1e-0000-4000-8000-000000000001"}
    assert inside.post("/second-factors/codes/new/", form)["Location"].endswith("?done=codes")
    new = recovery_codes(inside)
    assert not set(old) & set(new)
    inside.post("/second-factors/codes/new/", form)
    assert recovery_codes(inside) == new
    file = inside.get("/second-factors/codes/file/")
    assert file["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert file.content.decode().split() == new
    there = Client()
    sign_in(there)
    assert second(there, old[0]).status_code == 400


def test_who_removes_the_app_signs_in_by_the_password(inside: Client, ada: User) -> None:
    set_up(inside)
    assert (
        inside.post("/second-factors/app/remove/")["Location"]
        == "/second-factors/?done=app-removed"
    )
    assert factors.kinds(ada) == frozenset()
    there = Client()
    sign_in(there)
    assert signed_in(there)


def test_a_wrong_code_sets_no_app_up_and_the_page_keeps_its_key(inside: Client, ada: User) -> None:
    page = inside.get("/second-factors/app/")
    sealed = inputs(page)["sealed"]["value"]
    again = inside.post("/second-factors/app/", {"sealed": sealed, "code": "000000"})
    assert again.status_code == 400
    assert shown(again, "data-secret") == shown(page, "data-secret")
    other = User.objects.create_user("grace")
    stranger = Client()
    stranger.force_login(other)
    theirs = stranger.post("/second-factors/app/", {"sealed": sealed, "code": "000000"})
    assert shown(theirs, "data-secret") != shown(page, "data-secret")
    assert factors.kinds(ada) == factors.kinds(other) == frozenset()


def test_what_is_secret_is_sealed_for_its_person(inside: Client, ada: User) -> None:
    secret = set_up(inside)
    rows = {row.type: row for row in Authenticator.objects.filter(user=ada)}
    assert secret not in str([row.data for row in rows.values()])
    assert all(code not in str(rows["recovery_codes"].data) for code in recovery_codes(inside))
    grace = User.objects.create_user("grace", password=PASSWORD)
    Authenticator.objects.create(user=grace, type="totp", data=rows["totp"].data)
    there = Client()
    sign_in(there, "grace")
    refused = second(there, code_of(secret, 1))
    assert refused.status_code == 400
    assert "cannot read your second factor" in refused.content.decode()


def test_recovery_codes_that_cannot_be_read_can_be_made_anew(
    inside: Client, ada: User, settings: Any
) -> None:
    from cryptography.fernet import Fernet

    set_up(inside)
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    page = inside.get("/second-factors/codes/")
    assert "cannot read these codes" in page.content.decode()
    inside.post("/second-factors/codes/new/")
    assert len(recovery_codes(inside)) == 10


def test_who_lost_the_factor_signs_in_after_it_was_taken_away(ada: User, client: Client) -> None:
    """Also who stood before the second step at that moment."""
    with_app(ada)
    sign_in(client)
    assert taking_away.take_away(ada) == 1
    assert client.get(STEP).status_code == 302
    assert signed_in(client)


def test_somebody_switched_off_meanwhile_is_not_let_in(ada: User, client: Client) -> None:
    secret = with_app(ada)
    sign_in(client)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert second(client, code_of(secret))["Location"] == "/login/"
    assert not signed_in(client)


def test_a_link_for_a_new_password_does_not_pass_the_second_factor(
    ada: User, client: Client
) -> None:
    from chatsite.accounts.links import password_link

    secret = with_app(ada)
    there = client.get(password_link(ada))["Location"]
    new = {"password1": "difference engine 1822", "password2": "difference engine 1822"}
    assert client.post(there, new)["Location"] == STEP
    assert not signed_in(client)
    assert second(client, code_of(secret)).status_code == 302
    assert signed_in(client)
