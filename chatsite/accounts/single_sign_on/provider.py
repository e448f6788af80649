"""django-allauth's OpenID Connect, with what it leaves out.

It sends no nonce, believes a token that came by TLS without its signature, takes whatever addresses
the provider's own description names, and lets the address of a request add to what is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from secrets import token_urlsafe
from typing import Any, TypeVar

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from requests import RequestException

from chatsite.accounts.single_sign_on import id_token
from chatsite.accounts.single_sign_on.configuration import SignOn
from chatsite.accounts.single_sign_on.failures import NotTrusted, Unreachable
from chatsite.accounts.single_sign_on.groups import groups_in
from chatsite.accounts.single_sign_on.id_token import Claims, NotVerified
from streaming.forms import storable

WELL_KNOWN = "/.well-known/openid-configuration"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
Result = TypeVar("Result")


class Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth has no types
    """The provider's endpoints, judged, and one person's claims, verified. Raises SignOnFailed."""

    def __init__(self, request: HttpRequest, sign_on: SignOn) -> None:
        super().__init__(request, sign_on.issuer)
        self._sign_on = sign_on
        self._description: Mapping[str, Any] | None = None

    def get_provider(self) -> Provider:
        return Provider(self.request, self._sign_on)

    def get_callback_url(self, request: HttpRequest, app: object) -> str:
        return callback_url()

    @property
    def openid_config(self) -> Mapping[str, Any]:
        """It names this issuer, and endpoints that secrets may go to."""
        if self._description is None:
            found = self._asked(f"{self._sign_on.issuer.rstrip('/')}{WELL_KNOWN}")
            if _without_slash(found.get("issuer")) != _without_slash(self._sign_on.issuer):
                raise NotTrusted("its description names another issuer than OIDC_ISSUER")
            for name in ENDPOINTS:
                self._judge(found, name)
            self._description = found
        return self._description

    @property
    def basic_auth(self) -> bool:
        """By the header, which is the standard's default, unless the provider wants the form."""
        methods = self.openid_config.get("token_endpoint_auth_methods_supported")
        return not isinstance(methods, list) or "client_secret_basic" in methods

    def claims(self, code: str, verifier: str, nonce: str) -> Claims:
        """Who it is, by a code that works once; the ID token goes before what userinfo says."""
        client = self.get_client(self.request, self.get_provider().app)
        said = _trying("the token", lambda: client.get_access_token(code, verifier))
        token = said.get("id_token") if isinstance(said, dict) else None
        if not isinstance(token, str):
            raise NotTrusted("it sent no ID token")
        keys = self._asked(self.openid_config["jwks_uri"])
        try:
            claims = id_token.verified(
                token,
                keys,
                issuer=self.openid_config["issuer"],
                client_id=self._sign_on.client_id,
                nonce=nonce,
            )
        except NotVerified as refusal:
            raise NotTrusted(f"its ID token does not hold: {refusal}") from None
        if groups_in(claims, self._sign_on.groups_claim):
            return claims
        return {**self._userinfo(said["access_token"], claims["sub"]), **claims}

    def _userinfo(self, access_token: object, subject: str) -> Claims:
        """Nothing where there is none; a reply about somebody else is not believed."""
        if "userinfo_endpoint" not in self.openid_config:
            return {}
        self._judge(self.openid_config, "userinfo_endpoint")
        headers = {"Authorization": f"Bearer {access_token}"}
        found = self._asked(self.openid_config["userinfo_endpoint"], headers)
        if found.get("sub") != subject:
            raise NotTrusted("its userinfo is about somebody else")
        return found

    def _judge(self, description: Mapping[str, Any], name: str) -> None:
        url = description.get(name)
        if not isinstance(url, str) or not self._sign_on.trusts(url):
            raise NotTrusted(f"its {name} is not where the issuer is; OIDC_HOSTS may name the host")

    def _asked(self, url: str, headers: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        def ask() -> Any:
            with get_adapter().get_requests_session() as session:
                response = session.get(url, headers=headers)
                response.raise_for_status()
                return response.json()

        found = _trying(url.rpartition("/")[2], ask)
        if not isinstance(found, dict):
            raise NotTrusted("it sent JSON of another kind than expected")
        return found


class Provider(OpenIDConnectProvider):  # type: ignore[misc]  # as above
    """What of a request's address may not add to what the provider is asked."""

    def __init__(self, request: HttpRequest, sign_on: SignOn) -> None:
        self._sign_on = sign_on
        app = SocialApp(
            provider=self.id,
            provider_id=sign_on.issuer,
            name=sign_on.name,
            client_id=sign_on.client_id,
            secret=sign_on.client_secret,
            settings={"oauth_pkce_enabled": True, "scope": list(sign_on.scopes)},
        )
        super().__init__(request, app=app)

    def get_oauth2_adapter(self, request: HttpRequest) -> Adapter:
        return Adapter(request, self._sign_on)

    def get_callback_url(self) -> str:
        return callback_url()

    def begin(self, **state: str) -> str:
        """Where the browser has to go. The nonce and `state` wait in the session."""
        nonce = token_urlsafe(24)
        process, next_url = state.pop("process"), state.pop("next_url")
        reply = self.redirect(
            self.request,
            process,
            next_url=next_url,
            auth_params={"nonce": nonce},
            scope=list(self._sign_on.scopes),
            nonce=nonce,
            **state,
        )
        return str(reply["Location"])

    def extract_uid(self, data: Claims) -> str:
        return str(data["sub"])

    def extract_extra_data(self, data: Claims) -> dict[str, str]:
        """What is kept: how the person is called there, for the page of settings."""
        return {"name": name_in(data)}

    def extract_common_fields(self, data: Claims) -> dict[str, str]:
        return {"username": name_in(data)}

    def extract_email_addresses(self, data: Claims) -> list[Any]:
        """None: an address is nothing that an account is found by."""
        return []


def name_in(claims: Claims) -> str:
    for claim in ("preferred_username", "name", "email", "sub"):
        said = claims.get(claim)
        if isinstance(said, str) and said.strip():
            return storable(said).strip()
    return ""


def callback_url() -> str:
    """On the site's public address: the request may have come to another."""
    return f"{settings.PUBLIC_ORIGIN}{reverse('sign_on:back')}"


def _without_slash(issuer: object) -> str | None:
    return issuer.removesuffix("/") if isinstance(issuer, str) else None


def _trying(what: str, ask: Callable[[], Result]) -> Result:
    """What `ask` gives; its failures with no word of what was sent or received."""
    try:
        return ask()
    except OAuth2Error:
        raise NotTrusted(f"it refused the code, or its reply to {what} has no token") from None
    except (ValueError, TypeError, RecursionError):  # first: what is no JSON is both
        raise NotTrusted(f"its reply to {what} is no JSON") from None
    except RequestException as trouble:
        response = trouble.response
        why = str(trouble) if response is None else f"status {response.status_code}"
        raise Unreachable(f"{what}: {why}") from None
