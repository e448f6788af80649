"""A browser that comes back from the provider."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.internal import statekit
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect

from chatsite.accounts.single_sign_on import admission
from chatsite.accounts.single_sign_on.configuration import SignOn
from chatsite.accounts.single_sign_on.failures import NotTrusted, NotYours, TurnedAway
from chatsite.accounts.single_sign_on.id_token import Claims
from chatsite.accounts.single_sign_on.provider import Provider

CODE_CHARACTERS = 4096


def finish(request: HttpRequest, sign_on: SignOn) -> HttpResponseBase:
    """Signs in, or connects, as the sign-in was begun; raises SignOnFailed."""
    state = _state(request, sign_on)
    provider = Provider(request, sign_on)
    claims = _claims(request, sign_on, provider, state)
    if state["process"] == "connect":
        return _connected(request, sign_on, claims, state)
    admission.admit(sign_on, claims)
    login = provider.sociallogin_from_response(request, claims)
    login.state = state
    reply: HttpResponseBase = complete_social_login(request, login)
    return reply


def _state(request: HttpRequest, sign_on: SignOn) -> dict[str, Any]:
    """What was kept in the session when it began: found once, within ten minutes."""
    said = request.GET.get("state", "")
    found = statekit.unstash_state(request, provider_id=sign_on.issuer, state_id=said)
    if found is None:
        raise NotYours("no such state in this session")
    return dict(found)


def _claims(
    request: HttpRequest, sign_on: SignOn, provider: Provider, state: dict[str, Any]
) -> Claims:
    asked = request.GET
    if asked.get("iss", sign_on.issuer).rstrip("/") != sign_on.issuer.rstrip("/"):
        raise NotTrusted("the reply names another issuer")
    if "error" in asked:
        if asked["error"] == "access_denied":
            raise TurnedAway("access_denied")
        raise NotTrusted("the provider reports an error to the browser")
    code = asked.get("code", "")
    if not code or len(code) > CODE_CHARACTERS:
        raise NotYours("no code")
    adapter = provider.get_oauth2_adapter(request)
    return adapter.claims(code, state["pkce_code_verifier"], state["nonce"])


def _connected(
    request: HttpRequest, sign_on: SignOn, claims: Claims, state: dict[str, Any]
) -> HttpResponseBase:
    """Only for the person who began, as long as that one is signed in here."""
    user = request.user
    if not isinstance(user, User) or str(user.pk) != state.get("person"):
        raise NotYours("another person is signed in")
    admission.connect(sign_on, claims, user)
    return HttpResponseRedirect(state["next"])
