"""What the operator writes into the environment, and what is said of a mistake."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from chatsite.accounts.single_sign_on import configuration
from chatsite.accounts.single_sign_on.configuration import SignOn, read_sign_on
from conversations.roles.rights import Role
from tests.chatsite.test_settings import Load, load

__all__ = ["load"]

GOOD = {
    "OIDC_ISSUER": "https://id.example.org/realms/staff",
    "OIDC_CLIENT_ID": "chat",
    "OIDC_CLIENT_SECRET": "mellon",
    "OIDC_ROLES": "chat-admins=administrator, chat-users=member, auditors=Reader",
}


def read(**more: str) -> SignOn:
    found = read_sign_on(GOOD | more)
    assert found is not None
    return found


def test_without_any_of_it_there_is_none(load: Load) -> None:
    assert read_sign_on({"LOCAL_SIGN_ON": "127.0.0.1:1", "OIDC_NAME": ""}) is None
    assert load()["SINGLE_SIGN_ON"] is None
    assert load(**GOOD)["SINGLE_SIGN_ON"] == read()


def test_what_is_left_out_is_as_documented() -> None:
    found = read()
    assert (found.name, found.scopes) == ("id.example.org", ("openid", "profile"))
    assert (found.groups_claim, found.accounts, found.role_of_others) == ("groups", "groups", None)
    assert found.roles == (
        ("chat-admins", "administrator"),
        ("chat-users", "member"),
        ("auditors", "read-only"),
    )
    assert (found.hosts, found.local) == (frozenset(), frozenset())


def test_every_role_can_be_given() -> None:
    assert set(configuration.ROLES.values()) == set(Role.values)


def test_all_of_it_can_be_said() -> None:
    found = read(
        OIDC_NAME="Example Inc.",
        OIDC_SCOPES="profile groups",
        OIDC_GROUPS_CLAIM="realm_access.roles",
        OIDC_ROLES="cn=admins,ou=groups=administrator; cn=all,ou=groups=member",
        OIDC_ROLE_OF_OTHERS="Reader",
        OIDC_ACCOUNTS="All",
        OIDC_HOSTS="api.example.org, keys.example.org:8443",
        LOCAL_SIGN_ON="id.lan:8443",
    )
    assert found.name == "Example Inc."
    assert found.scopes == ("openid", "profile", "groups")
    assert found.groups_claim == "realm_access.roles"
    assert found.roles[0] == ("cn=admins,ou=groups", "administrator")
    assert (found.role_of_others, found.accounts) == ("read-only", "all")
    assert found.hosts == {("api.example.org", 443), ("keys.example.org", 8443)}
    assert found.local == {("id.lan", 8443)}


def test_the_secret_is_in_no_text_about_it() -> None:
    assert "mellon" not in repr(read())


@pytest.mark.parametrize(
    ("url", "is_trusted"),
    [
        ("https://id.example.org/token", True),
        ("https://ID.example.org:443/token", True),
        ("https://api.example.org/token", True),
        ("http://id.example.org/token", False),
        ("http://api.example.org:443/token", False),
        ("https://id.example.org:8443/token", False),
        ("https://id.example.org.evil.example/token", False),
        ("https://id.example.org@evil.example/token", False),
        ("https://user@id.example.org/token", False),
        ("https://evil.example/id.example.org", False),
        ("https://id.example.org\n.evil.example/", False),
        ("https://[::1/", False),
        ("", False),
    ],
)
def test_secrets_go_to_the_issuers_host_and_to_those_that_were_named(
    url: str, is_trusted: bool
) -> None:
    assert read(OIDC_HOSTS="api.example.org").trusts(url) is is_trusted


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"OIDC_ISSUER": ""}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "id.example.org"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "http://id.example.org"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "ftp://id.example.org"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://user:word@id.example.org"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://id.example.org?tenant=1"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://id.example.org/.well-known/openid-configuration"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://id.example.org/" + "x" * 200}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://[::1"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://10.0.0.1:8443/realms/staff"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "http://127.0.0.1:8080"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://id.example.org:22"}, "OIDC_ISSUER"),
        ({"OIDC_CLIENT_ID": ""}, "OIDC_CLIENT_ID"),
        ({"OIDC_CLIENT_SECRET": ""}, "OIDC_CLIENT_SECRET"),
        ({"OIDC_NAME": "x" * 41}, "OIDC_NAME"),
        ({"OIDC_ROLES": ""}, "OIDC_ROLES"),
        ({"OIDC_ROLES": "staff"}, "OIDC_ROLES"),
        ({"OIDC_ROLES": "=member"}, "OIDC_ROLES"),
        ({"OIDC_ROLES": "staff=king"}, "OIDC_ROLES"),
        ({"OIDC_ROLE_OF_OTHERS": "king"}, "OIDC_ROLE_OF_OTHERS"),
        ({"OIDC_ACCOUNTS": "some"}, "OIDC_ACCOUNTS"),
        ({"OIDC_HOSTS": "https://api.example.org"}, "OIDC_HOSTS"),
        ({"LOCAL_SIGN_ON": "id.lan"}, "LOCAL_SIGN_ON"),
    ],
)
def test_a_mistake_is_named_in_one_sentence(wrong: dict[str, str], named: str) -> None:
    with pytest.raises(ImproperlyConfigured) as trouble:
        read(**wrong)
    sentence = str(trouble.value)
    assert sentence.startswith(named)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "mellon" not in sentence


def test_one_of_the_own_network_is_allowed_by_its_host_and_port() -> None:
    for issuer, pair in (
        ("https://10.0.0.1:8443/realms/staff", "10.0.0.1:8443"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("https://[fd00::1]:8443", "[fd00::1]:8443"),
    ):
        assert read(OIDC_ISSUER=issuer, LOCAL_SIGN_ON=pair).issuer == issuer
