"""Single sign-on by HTTP, against a real provider on loopback: who comes in, and as whom."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib.auth.models import User
from django.test import Client

from conversations.audit.models import Act
from conversations.roles.models import Standing
from conversations.sign_in.links import OWNER, local_owner
from tests.chatsite.accounts.single_sign_on.signing_on import (
    NAME,
    asked,
    assert_refused,
    begin,
    configured,
    provider,
    role,
    sign_on,
    signed_in_as,
    way_back,
)
from tests.support.network.oidc import CLIENT, OpenIDProvider
from tests.support.people.factors import code_of, with_app

__all__ = ["provider"]

pytestmark = pytest.mark.django_db

NO_GROUP = "You are in no group that may come in here."


def test_the_sign_in_page_has_the_button_where_there_is_a_provider(
    client: Client, settings: Any, provider: OpenIDProvider
) -> None:
    assert f"Sign in with {NAME}" in client.get("/login/").content.decode()
    settings.SINGLE_SIGN_ON = None
    page = client.get("/login/").content.decode()
    assert "sign-on" not in page
    for reply in (client.post("/sign-on/"), client.get("/sign-on/back/?code=1&state=2")):
        assert reply.status_code == 404


def test_a_link_begins_nothing(client: Client, provider: OpenIDProvider) -> None:
    assert client.get("/sign-on/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/sign-on/").status_code == 403
    assert provider.requests == []


def test_the_browser_is_sent_with_state_nonce_and_a_challenge(
    client: Client, settings: Any, provider: OpenIDProvider
) -> None:
    first, second = (asked(begin(client)) for _ in range(2))
    assert first["client_id"] == CLIENT
    assert first["redirect_uri"] == f"{settings.PUBLIC_ORIGIN}/sign-on/back/"
    assert set(first["scope"].split()) == {"openid", "profile"}
    assert (first["response_type"], first["code_challenge_method"]) == ("code", "S256")
    for secret in ("state", "nonce", "code_challenge"):
        assert len(first[secret]) >= 16
        assert first[secret] != second[secret]


def test_the_log_of_acts_has_the_account_and_its_role(
    client: Client, provider: OpenIDProvider
) -> None:
    provider.person["groups"] = ["chiefs"]
    sign_on(client)
    acts = Act.objects.order_by("pk").values_list("who", "what", "whom", "after")
    name = User.objects.get().username
    assert list(acts) == [
        ("", "account-added", name, ""),
        ("", "role", name, "administrator"),
    ]


def test_the_address_of_a_request_adds_nothing_to_what_is_asked(
    client: Client, provider: OpenIDProvider
) -> None:
    added = "?scope=admin&auth_params=redirect_uri%3Dhttps%3A%2F%2Fevil.example&process=connect"
    reply = client.post(f"/sign-on/{added}")
    assert "evil" not in reply.headers["Refresh"]
    assert "admin" not in reply.headers["Refresh"]


def test_the_first_sign_in_makes_a_person_with_the_role_of_the_group(
    client: Client, provider: OpenIDProvider
) -> None:
    provider.person |= {"email": "ada@example.org", "email_verified": True}
    reply = sign_on(client)
    assert (reply.status_code, reply["Location"]) == (302, "/")
    ada = signed_in_as(client)
    assert ada is not None
    assert (ada.username, ada.email, ada.has_usable_password()) == ("ada", "", False)
    link = SocialAccount.objects.get()
    assert (link.user_id, link.provider, link.uid) == (ada.pk, provider.url, "1815")
    assert link.extra_data == {"name": "ada"}
    assert role("ada") == "member"
    assert not SocialToken.objects.exists()
    assert not SocialApp.objects.exists()


def test_the_second_sign_in_is_the_same_persons(client: Client, provider: OpenIDProvider) -> None:
    sign_on(client)
    provider.person["preferred_username"] = "ada.king"
    again = Client()
    sign_on(again)
    assert signed_in_as(again) == signed_in_as(client)
    assert User.objects.count() == 1
    assert SocialAccount.objects.get().extra_data == {"name": "ada.king"}


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (["chiefs"], "administrator"),
        (["auditors", "others"], "read-only"),
        (["auditors", "staff", "chiefs"], "administrator"),
        ("staff", "member"),
    ],
)
def test_the_role_is_that_of_the_first_group_in_the_operators_list(
    client: Client, provider: OpenIDProvider, groups: Any, expected: str
) -> None:
    provider.person["groups"] = groups
    sign_on(client)
    assert role("ada") == expected


def test_another_group_is_another_role_at_the_next_sign_in(
    client: Client, provider: OpenIDProvider
) -> None:
    User.objects.create_superuser("chief")
    for group, expected in (
        ("chiefs", "administrator"),
        ("staff", "member"),
        ("auditors", "read-only"),
        ("chiefs", "administrator"),
    ):
        provider.person["groups"] = [group]
        sign_on(Client())
        assert role("ada") == expected


def test_groups_may_come_by_userinfo_and_lie_deeper(
    client: Client, settings: Any, provider: OpenIDProvider
) -> None:
    settings.SINGLE_SIGN_ON = configured(provider, OIDC_GROUPS_CLAIM="realm_access.roles")
    provider.userinfo["realm_access"] = {"roles": ["auditors"]}
    sign_on(client)
    assert role("ada") == "read-only"


@pytest.mark.parametrize("groups", [[], ["others"], None, {"staff": 1}, [["staff"]], "STAFF"])
def test_without_a_group_nobody_comes_in_and_no_account_is_made(
    client: Client, provider: OpenIDProvider, groups: Any
) -> None:
    provider.person["groups"] = groups
    assert_refused(sign_on(client), 403, NO_GROUP)
    assert signed_in_as(client) is None
    assert not User.objects.exists()


def test_who_lost_the_group_loses_role_and_sessions(
    client: Client, provider: OpenIDProvider
) -> None:
    User.objects.create_superuser("chief")
    provider.person["groups"] = ["chiefs"]
    sign_on(client)
    assert client.get("/people/").status_code == 200
    provider.person["groups"] = []
    assert_refused(sign_on(Client()), 403, NO_GROUP)
    assert role("ada") == "read-only"
    assert client.get("/settings/").status_code == 302  # to the sign-in page
    provider.person["groups"] = ["staff"]
    assert sign_on(client)["Location"] == "/"
    assert role("ada") == "member"


def test_the_last_administrator_keeps_the_role(client: Client, provider: OpenIDProvider) -> None:
    provider.person["groups"] = ["chiefs"]
    sign_on(client)
    provider.person["groups"] = ["staff"]
    sign_on(Client())
    assert role("ada") == "administrator"


def test_others_may_come_in_if_the_operator_says_so(
    client: Client, settings: Any, provider: OpenIDProvider
) -> None:
    provider.person["groups"] = []
    settings.SINGLE_SIGN_ON = configured(provider, OIDC_ROLE_OF_OTHERS="reader")
    assert_refused(sign_on(client), 403, NO_GROUP)  # accounts are for those with a group
    settings.SINGLE_SIGN_ON = configured(
        provider, OIDC_ROLE_OF_OTHERS="reader", OIDC_ACCOUNTS="all"
    )
    assert sign_on(client).status_code == 302
    assert role("ada") == "read-only"


def test_no_account_is_made_where_the_operator_wants_none(
    client: Client, settings: Any, provider: OpenIDProvider
) -> None:
    settings.SINGLE_SIGN_ON = configured(provider, OIDC_ACCOUNTS="none")
    assert_refused(sign_on(client), 403, "You have no account here yet.")
    assert not User.objects.exists()


def test_without_a_map_the_role_stays_what_an_administrator_gave(
    client: Client, settings: Any, provider: OpenIDProvider
) -> None:
    settings.SINGLE_SIGN_ON = configured(
        provider, OIDC_ROLES="", OIDC_ROLE_OF_OTHERS="member", OIDC_ACCOUNTS="all"
    )
    sign_on(client)
    assert role("ada") == "member"
    Standing.objects.create(person=User.objects.get(), role="read-only")
    sign_on(Client())
    assert role("ada") == "read-only"


@pytest.mark.parametrize("name", ["ada", "ADA", " ada ", "ａｄａ"])
def test_a_local_account_of_the_same_name_is_not_taken_over(
    client: Client, provider: OpenIDProvider, name: str
) -> None:
    local = User.objects.create_superuser("Ada", "ada@example.org", "a long word of passage")
    provider.person |= {"preferred_username": name, "email": "ada@example.org"}
    sign_on(client)
    made = signed_in_as(client)
    assert made is not None
    assert made != local
    assert made.username.lower() == "ada-2"
    assert not made.is_superuser


@pytest.mark.parametrize("name", [OWNER, "Owner"])
def test_nobody_becomes_the_owner_of_the_machine_by_a_name(
    client: Client, provider: OpenIDProvider, name: str
) -> None:
    provider.person["preferred_username"] = name
    sign_on(client)
    made = signed_in_as(client)
    assert made is not None
    assert local_owner() != made
    assert not User.objects.get(pk=made.pk).is_staff


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"preferred_username": "Ada King <x>"}, "Ada-King-x"),
        ({"preferred_username": "", "name": "Ada King"}, "Ada-King"),
        ({"preferred_username": None, "email": "ada@example.org"}, "ada@example.org"),
        ({"preferred_username": 7}, "1815"),
        ({"preferred_username": "///"}, "person"),
        ({"preferred_username": "a\0b"}, "a-b"),
        ({"preferred_username": "n" * 400}, "n" * 130),
    ],
)
def test_any_name_becomes_one_to_sign_in_with(
    client: Client, provider: OpenIDProvider, claims: dict[str, Any], name: str
) -> None:
    provider.person |= claims
    sign_on(client)
    made = signed_in_as(client)
    assert made is not None
    assert made.username == name


def test_a_disabled_person_stays_out(client: Client, provider: OpenIDProvider) -> None:
    sign_on(client)
    User.objects.update(is_active=False)
    again = Client()
    assert_refused(sign_on(again), 403, "Your account here is switched off.")
    assert signed_in_as(again) is None


def test_a_second_factor_of_this_site_is_asked_for(
    client: Client, provider: OpenIDProvider
) -> None:
    sign_on(client)
    secret = with_app(User.objects.get())
    again = Client()
    question = sign_on(again)
    assert (question.status_code, signed_in_as(again)) == (302, None)
    assert again.post(question["Location"], {"code": code_of(secret)}).status_code == 302
    assert signed_in_as(again) == User.objects.get()


def test_the_log_says_by_what_somebody_signed_in_and_with_which_role(
    client: Client, provider: OpenIDProvider, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", "chatsite.sign_ins"):
        sign_on(client)
        provider.person["groups"] = ["auditors"]
        sign_on(Client())
        sign_on(Client())
    pk = User.objects.get().pk
    assert f"Person {pk} signed in by socialaccount, from 127.0.0.1" in caplog.text
    roles = [line for line in caplog.messages if "by groups" in line]
    assert roles == [f"Person {pk} is {role} by groups" for role in ("member", "read-only")]
    assert "ada" not in caplog.text


def test_the_page_that_was_wanted_comes_next(client: Client, provider: OpenIDProvider) -> None:
    assert sign_on(client, next="/settings/?x=1#data")["Location"] == "/settings/?x=1#data"
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert sign_on(Client(), next=elsewhere)["Location"] == "/"


def test_who_goes_back_at_the_provider_is_told_so(client: Client, provider: OpenIDProvider) -> None:
    reply = client.get(way_back(begin(client), "no"))
    assert_refused(reply, 403, "You were not let in there, or went back.")


def test_too_many_beginnings_of_an_address_wait(
    client: Client, settings: Any, provider: OpenIDProvider
) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"sign_on": "2/m/ip"}
    assert [client.post("/sign-on/").status_code for _ in range(3)] == [200, 200, 429]
