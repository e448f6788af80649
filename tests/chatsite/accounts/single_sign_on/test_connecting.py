"""A person who has an account already connects it under Settings, and takes it back."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.test import Client

from conversations.roles import giving
from conversations.roles.rights import Role
from streaming.leaving import going
from tests.chatsite.accounts.signing_in import NAME, PASSWORD, ada, inputs, sign_in
from tests.chatsite.accounts.single_sign_on.signing_on import (
    address_in,
    begin,
    provider,
    role,
    sign_on,
    signed_in_as,
    way_back,
)
from tests.support.network.oidc import OpenIDProvider
from tests.support.people.factors import proven

__all__ = ["ada", "provider"]

pytestmark = pytest.mark.django_db

PAGE = "/settings/sign-on/"


@pytest.fixture
def tab(ada: User, client: Client) -> Client:
    sign_in(client)
    return client


def way(tab: Client) -> str:
    return way_back(address_in(tab.post(PAGE, {"do": "connect"})))


def connect(tab: Client) -> Any:
    return tab.get(way(tab))


def said(reply: Any) -> str:
    return str(reply.content.decode())


def test_an_account_is_connected_and_signs_in_from_then_on(
    tab: Client, ada: User, provider: OpenIDProvider
) -> None:
    provider.person["preferred_username"] = "ada.king"
    reply = connect(tab)
    assert (reply.status_code, reply["Location"]) == (302, f"{PAGE}?done=connected")
    assert "ada.king" in said(tab.get(reply["Location"]))
    other = Client()
    sign_on(other)
    assert signed_in_as(other) == ada
    assert User.objects.count() == 1


def test_the_page_needs_a_sign_in_and_the_settings_lead_to_it(
    tab: Client, provider: OpenIDProvider, settings: Any
) -> None:
    assert Client().get(PAGE)["Location"].startswith("/login/")
    assert PAGE in said(tab.get("/settings/"))
    settings.SINGLE_SIGN_ON = None
    assert PAGE not in said(tab.get("/settings/"))
    assert "This site has no provider" in said(tab.get(PAGE))
    assert tab.post(PAGE, {"do": "connect"}).status_code == 404


@pytest.mark.parametrize("do", ["connect", "disconnect"])
def test_who_it_is_is_asked_once_more(
    tab: Client, ada: User, provider: OpenIDProvider, do: str
) -> None:
    link = SocialAccount.objects.create(user=ada, provider="https://id.example.org", uid="1")
    proven(tab, ada, 24 * 3600)
    reply = tab.post(PAGE, {"do": do, "link": str(link.pk)})
    packed = inputs(reply)["asked_again_about"]["value"]
    assert SocialAccount.objects.count() == 1
    assert provider.requests == []
    answer = {"asked_again_about": packed, "asked_again": "password"}
    assert tab.post(PAGE, answer | {"password": "wrong"}).status_code == 400
    assert provider.requests == []
    tab.post(PAGE, answer | {"password": PASSWORD})
    assert SocialAccount.objects.count() == (1 if do == "connect" else 0)
    assert bool(provider.requests) is (do == "connect")


def test_what_is_connected_with_somebody_else_stays_theirs(
    tab: Client, ada: User, provider: OpenIDProvider
) -> None:
    other = User.objects.create_user("grace")
    SocialAccount.objects.create(user=other, provider=provider.url, uid="1815")
    reply = connect(tab)
    assert reply.status_code == 403
    assert "connected with another account" in said(reply)
    assert SocialAccount.objects.get().user == other


def test_without_a_group_nothing_is_connected(tab: Client, provider: OpenIDProvider) -> None:
    provider.person["groups"] = []
    assert connect(tab).status_code == 403
    assert not SocialAccount.objects.exists()
    assert role(NAME) == "member"


def test_connecting_twice_is_connected_once(tab: Client, provider: OpenIDProvider) -> None:
    first, second = way(tab), way(tab)
    assert [tab.get(each).status_code for each in (first, second)] == [302, 302]
    assert SocialAccount.objects.count() == 1


def test_only_the_person_who_began_is_connected(tab: Client, provider: OpenIDProvider) -> None:
    """In the same browser: signed out meanwhile, or another person."""
    back = way(tab)
    session = tab.session
    session["_auth_user_id"] = str(User.objects.create_user("grace").pk)
    session.save()
    reply = tab.get(back)
    assert reply.status_code == 400
    assert not SocialAccount.objects.exists()
    back = way(sign_in_again(tab))
    tab.post("/logout/")
    assert tab.get(back).status_code == 400
    assert not SocialAccount.objects.exists()


def sign_in_again(tab: Client) -> Client:
    tab.logout()
    sign_in(tab)
    return tab


def test_a_sign_in_that_was_begun_connects_nothing(
    tab: Client, ada: User, provider: OpenIDProvider
) -> None:
    """It signs in as whom the provider says, and the local account stays as it was."""
    tab.get(way_back(begin(tab)))
    assert signed_in_as(tab) != ada
    assert not SocialAccount.objects.filter(user=ada).exists()


def test_who_has_a_password_disconnects(tab: Client, ada: User, provider: OpenIDProvider) -> None:
    connect(tab)
    link = str(SocialAccount.objects.get().pk)
    reply = tab.post(PAGE, {"do": "disconnect", "link": link})
    assert (reply.status_code, reply["Location"]) == (303, f"{PAGE}?done=disconnected")
    assert not SocialAccount.objects.exists()
    other = Client()
    sign_on(other)
    assert signed_in_as(other) != ada


def test_who_has_no_password_keeps_the_only_way_in(
    client: Client, provider: OpenIDProvider
) -> None:
    sign_on(client)
    reply = client.post(PAGE, {"do": "disconnect", "link": str(SocialAccount.objects.get().pk)})
    assert "only way in" in said(client.get(reply["Location"]))
    assert SocialAccount.objects.count() == 1


@pytest.mark.parametrize("link", ["", "x", "9" * 30, "999999", "-1"])
def test_what_is_not_mine_is_not_there(tab: Client, provider: OpenIDProvider, link: str) -> None:
    other = SocialAccount.objects.create(
        user=User.objects.create_user("grace"), provider=provider.url, uid="1906"
    )
    for said_link in (link, str(other.pk)):
        reply = tab.post(PAGE, {"do": "disconnect", "link": said_link})
        assert reply.status_code == 404
    assert SocialAccount.objects.get() == other


def test_who_only_reads_may_connect_too(tab: Client, ada: User, provider: OpenIDProvider) -> None:
    giving.give(ada, Role.READ_ONLY)
    provider.person["groups"] = ["auditors"]
    assert connect(tab).status_code == 302
    assert SocialAccount.objects.get().user == ada


def test_who_deletes_the_account_may_come_anew(
    tab: Client, ada: User, provider: OpenIDProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once: what is left to delete, whole processes take their time for."""
    monkeypatch.setattr(going, "go_on", lambda *_: None)
    connect(tab)
    assert tab.post("/account/delete/", {"password": PASSWORD})["Location"] == "/login/"
    assert not SocialAccount.objects.exists()
    sign_on(tab)
    made = signed_in_as(tab)
    assert made is not None
    assert made.pk != ada.pk
