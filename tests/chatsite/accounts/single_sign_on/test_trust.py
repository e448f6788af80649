"""What a provider, or somebody in its place, may send: only what holds signs anybody in."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt
import pytest
from allauth.socialaccount.internal import statekit
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.contrib.auth.models import User
from django.test import Client

from tests.chatsite.accounts.single_sign_on.signing_on import (
    assert_refused,
    begin,
    configured,
    provider,
    sign_on,
    signed_in_as,
    way_back,
)
from tests.support.network.oidc import CLIENT, SECRET, Claims, OpenIDProvider, key, public, unpadded

__all__ = ["provider"]

pytestmark = pytest.mark.django_db

NOT_TRUSTED = "What the sign-in service sent cannot be trusted"
UNREACHABLE = "The sign-in service cannot be reached at the moment."
NOT_BEGUN = "This sign-in was not begun in this browser"
JSON = {"Content-Type": "application/json"}
DESCRIPTION = "/.well-known/openid-configuration"


def assert_nobody_came_in(client: Client, reply: Any, status: int, words: str) -> None:
    assert_refused(reply, status, words)
    assert signed_in_as(client) is None
    assert not User.objects.exists()
    for secret in (SECRET, "eyJhbGci"):  # as tokens begin
        assert secret not in reply.content.decode()


def without(name: str) -> Callable[[Claims], None]:
    return lambda claims: claims.pop(name) and None


def changed(**claims: Any) -> Callable[[Claims], None]:
    return lambda said: said.update(claims)


def expired(claims: Claims) -> None:
    claims |= {"iat": time.time() - 7200, "exp": time.time() - 3600}


def not_yet(claims: Claims) -> None:
    claims |= {"iat": time.time() + 3600, "exp": time.time() + 7200}


@pytest.mark.parametrize(
    "spoil",
    [
        expired,
        not_yet,
        changed(nonce="another"),
        changed(nonce=["a", "list"]),
        changed(iss="https://id.example.org"),
        changed(aud="another-client"),
        changed(aud=[CLIENT, "another-client"]),
        changed(aud=[CLIENT, "another-client"], azp="another-client"),
        changed(azp="another-client"),
        changed(sub=""),
        changed(sub="x" * 192),
        changed(sub="naïve"),
        changed(sub="a\0b"),
        *map(without, ("nonce", "iss", "aud", "sub", "exp", "iat")),
    ],
)
def test_a_token_whose_claims_do_not_hold_signs_nobody_in(
    client: Client, provider: OpenIDProvider, spoil: Callable[[Claims], None]
) -> None:
    provider.spoil = spoil
    assert_nobody_came_in(client, sign_on(client), 502, NOT_TRUSTED)


def test_a_token_for_several_parties_is_taken_if_it_was_made_for_this_one(
    client: Client, provider: OpenIDProvider
) -> None:
    provider.spoil = changed(aud=[CLIENT, "another-client"], azp=CLIENT)
    assert sign_on(client).status_code == 302


def by_secret(claims: Claims) -> str:
    return jwt.encode(claims, SECRET * 2, "HS256", {"kid": "first"})


def by_public_key(claims: Claims) -> str:
    """The confusion of a public key with a secret that is shared."""
    head = {"alg": "HS256", "kid": "first"}
    signed = ".".join(unpadded(json.dumps(part).encode()) for part in (head, claims))
    pem = key("first").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return f"{signed}.{unpadded(hmac.digest(pem, signed.encode(), 'sha256'))}"


def by_nobody(claims: Claims) -> str:
    return jwt.encode(claims, None, "none", {"kid": "first"})  # type: ignore[arg-type]


def altered(claims: Claims) -> str:
    head, _, signature = jwt.encode(claims, key("first"), "RS256", {"kid": "first"}).split(".")
    return f"{head}.{unpadded(json.dumps({**claims, 'sub': '1'}).encode())}.{signature}"


def with_own_key(claims: Claims) -> str:
    """A key that the token itself brings along."""
    headers = {"jwk": dict(public("other")), "kid": "other", "jku": "https://evil.example/jwks"}
    return jwt.encode(claims, key("other"), "RS256", headers)


def by_another_of_that_name(claims: Claims) -> str:
    return jwt.encode(claims, key("other"), "RS256", {"kid": "first"})


@pytest.mark.parametrize(
    "sign",
    [
        by_secret,
        by_public_key,
        by_nobody,
        altered,
        with_own_key,
        by_another_of_that_name,
        lambda claims: "not.a.token",
        lambda claims: "",
    ],
)
def test_a_token_that_none_of_the_providers_keys_signed_signs_nobody_in(
    client: Client, provider: OpenIDProvider, sign: Callable[[Claims], str]
) -> None:
    provider.sign = sign
    assert_nobody_came_in(client, sign_on(client), 502, NOT_TRUSTED)


def test_keys_may_change_between_two_sign_ins(client: Client, provider: OpenIDProvider) -> None:
    sign_on(client)
    provider.signs_with = "other"
    assert_refused(sign_on(Client()), 502, NOT_TRUSTED)
    provider.lists = ("first", "other")
    assert sign_on(Client()).status_code == 302


def test_a_token_that_names_no_key_needs_one_that_is_alone(
    client: Client, provider: OpenIDProvider
) -> None:
    provider.sign = lambda claims: jwt.encode(claims, key("first"), "RS256")
    provider.lists = ("first", "other")
    assert_nobody_came_in(client, sign_on(client), 502, NOT_TRUSTED)
    provider.lists = ("first",)
    assert sign_on(client).status_code == 302


def test_a_way_back_works_once(client: Client, provider: OpenIDProvider) -> None:
    back = way_back(begin(client))
    assert client.get(back).status_code == 302
    asked_before = len(provider.requests)
    again = client.get(back)
    assert (again.status_code, NOT_BEGUN in again.content.decode()) == (400, True)
    assert len(provider.requests) == asked_before


def test_a_code_that_was_used_is_refused(client: Client, provider: OpenIDProvider) -> None:
    first = way_back(begin(client))
    code = httpx.QueryParams(urlsplit(first).query)["code"]
    provider.codes.pop(code)  # somebody else was faster
    assert_nobody_came_in(client, client.get(first), 502, NOT_TRUSTED)
    assert "code" in provider.refusals


@pytest.mark.parametrize("state", ["", "another", "x" * 5000])
def test_a_state_that_this_browser_has_not_is_refused(
    client: Client, provider: OpenIDProvider, state: str
) -> None:
    begin(client)
    reply = client.get("/sign-on/back/", {"code": "1", "state": state})
    assert_nobody_came_in(client, reply, 400, NOT_BEGUN)


def test_the_state_of_another_browser_is_refused(client: Client, provider: OpenIDProvider) -> None:
    back = way_back(begin(Client()))
    assert_nobody_came_in(client, client.get(back), 400, NOT_BEGUN)


def test_a_state_is_too_old_after_ten_minutes(
    client: Client, provider: OpenIDProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = way_back(begin(client))
    monkeypatch.setattr(statekit, "STATE_TTL", -1)
    assert_nobody_came_in(client, client.get(back), 400, NOT_BEGUN)


def test_a_code_of_another_browser_does_not_fit_the_own_state(
    client: Client, provider: OpenIDProvider
) -> None:
    """The challenge binds a code to who began: another's, slipped in, signs nobody in."""
    theirs = httpx.QueryParams(urlsplit(way_back(begin(Client()))).query)["code"]
    own = httpx.QueryParams(urlsplit(way_back(begin(client))).query)["state"]
    reply = client.get("/sign-on/back/", {"code": theirs, "state": own})
    assert_nobody_came_in(client, reply, 502, NOT_TRUSTED)
    assert provider.refusals == ["verifier"]


def test_a_reply_in_the_name_of_another_issuer_is_refused(
    client: Client, provider: OpenIDProvider
) -> None:
    back = way_back(begin(client)).partition("&iss=")[0]
    reply = client.get(f"{back}&iss=https://id.example.org")
    assert_nobody_came_in(client, reply, 502, NOT_TRUSTED)


@pytest.mark.parametrize("query", ["error=server_error", "error=%00", "code=", "nothing=1"])
def test_a_reply_without_a_code_signs_nobody_in(
    client: Client, provider: OpenIDProvider, query: str
) -> None:
    state = httpx.QueryParams(urlsplit(way_back(begin(client))).query)["state"]
    reply = client.get(f"/sign-on/back/?state={state}&{query}")
    assert reply.status_code in (400, 502)
    assert signed_in_as(client) is None


def test_userinfo_about_somebody_else_is_not_believed(
    client: Client, provider: OpenIDProvider
) -> None:
    provider.person["groups"] = []
    provider.userinfo |= {"sub": "1816", "groups": ["chiefs"]}
    assert_nobody_came_in(client, sign_on(client), 502, NOT_TRUSTED)


def test_userinfo_does_not_replace_what_was_signed(
    client: Client, provider: OpenIDProvider
) -> None:
    provider.person["groups"] = []
    provider.userinfo |= {"groups": ["chiefs"], "preferred_username": "chief"}
    assert_refused(sign_on(client), 403, "You are in no group")


@pytest.mark.parametrize(
    "description",
    [
        {"issuer": "https://id.example.org"},
        {"issuer": None},
        {"token_endpoint": "https://evil.example/token"},
        {"token_endpoint": "http://127.0.0.1:1/token"},
        {"token_endpoint": "file:///etc/passwd"},
        {"token_endpoint": None},
        {"jwks_uri": "https://evil.example/jwks"},
        {"authorization_endpoint": "https://evil.example/authorize"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_a_description_that_leads_elsewhere_is_refused_before_anything_is_sent(
    client: Client, provider: OpenIDProvider, description: Claims
) -> None:
    provider.description = description
    assert_nobody_came_in(client, client.post("/sign-on/"), 502, NOT_TRUSTED)
    assert provider.requests == [f"GET {DESCRIPTION}"]


def test_the_slash_at_the_end_of_the_issuer_may_be_left_out(
    client: Client, provider: OpenIDProvider
) -> None:
    provider.description["issuer"] = f"{provider.url}/"
    provider.spoil = changed(iss=f"{provider.url}/")
    assert sign_on(client).status_code == 302


GARBAGE = [
    (200, JSON, b"not JSON"),
    (200, JSON, b"[]"),
    (200, JSON, b"7"),
    (200, JSON, b'"access_token"'),
    (200, JSON, b"[" * 100_000),
    (200, {}, b""),
    (200, {"Content-Type": "text/html"}, b"<html>access_token=1&id_token=2</html>"),
    (200, JSON, b'{"access_token": 1}'),
    (200, JSON, b'{"access_token": "1", "id_token": {}}'),
    (200, JSON, b'{"keys": 7}'),
    (200, JSON, b'{"keys": [7, {"kid": "first"}, {"kid": "first", "kty": "RSA", "n": "?"}]}'),
]


@pytest.mark.parametrize("reply", GARBAGE)
@pytest.mark.parametrize("path", [DESCRIPTION, "/token", "/jwks", "/userinfo"])
def test_a_provider_that_sends_nonsense_is_no_fault_of_ours(
    client: Client, provider: OpenIDProvider, path: str, reply: Any
) -> None:
    provider.person["groups"] = []
    if path == DESCRIPTION:
        provider.replies[path] = reply
        came = client.post("/sign-on/")
    else:
        back = way_back(begin(client))
        provider.replies[path] = reply
        came = client.get(back)
    assert_nobody_came_in(client, came, 502, NOT_TRUSTED)


@pytest.mark.parametrize("path", [DESCRIPTION, "/jwks", "/userinfo"])
@pytest.mark.parametrize(
    "reply",
    [
        (500, {}, b"broken"),
        (302, {"Location": "/elsewhere"}, b""),
        (200, JSON, b" " * 300_000),
        (200, {**JSON, "Content-Encoding": "gzip"}, b"\x1f\x8b"),
    ],
)
def test_a_provider_that_fails_is_said_plainly(
    client: Client, provider: OpenIDProvider, path: str, reply: Any
) -> None:
    provider.person["groups"] = []
    back = way_back(begin(client))
    provider.replies[path] = reply
    came = client.post("/sign-on/") if path == DESCRIPTION else client.get(back)
    assert_nobody_came_in(client, came, 502, UNREACHABLE)
    assert "GET /elsewhere" not in provider.requests


def test_a_provider_that_is_down_is_said_plainly(
    client: Client, settings: Any, provider: OpenIDProvider
) -> None:
    nowhere = OpenIDProvider("http://127.0.0.1:1")
    settings.SINGLE_SIGN_ON = configured(nowhere)
    assert_nobody_came_in(client, client.post("/sign-on/"), 502, UNREACHABLE)


def test_a_provider_that_keeps_silent_is_left(
    client: Client, settings: Any, provider: OpenIDProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SIGN_ON_SECONDS = 0.2
    describe = provider.describe

    def slowly() -> Claims:
        time.sleep(1)
        return describe()

    monkeypatch.setattr(provider, "describe", slowly)
    began = time.monotonic()
    assert_nobody_came_in(client, client.post("/sign-on/"), 502, UNREACHABLE)
    assert time.monotonic() - began < 0.9
