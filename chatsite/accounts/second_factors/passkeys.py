"""Passkeys, by way of django-allauth and fido2: challenges, and what browsers say to them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.request import split_domain_port

from chatsite import sentences
from chatsite.middleware import is_address

STRANGE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, struct.error)
"""What the libraries raise over something that no browser says."""


def work_here(request: HttpRequest) -> bool:
    """Browsers bind a passkey to a host name, so at an IP address there are none."""
    host, _ = split_domain_port(request.get_host())
    return not is_address(host)


def begin_making(user: User) -> dict[str, Any]:
    """What the browser has to know to make one, which shall sign in without a password, too."""
    from allauth.mfa.webauthn.internal import auth

    return dict(auth.begin_registration(user, passwordless=True))


def begin_check(user: User | None) -> dict[str, Any]:
    """What the browser has to know to use one: of this person, of anybody where that is None."""
    from allauth.mfa.webauthn.internal import auth

    return dict(auth.begin_authentication(user))


def verified(user: User | None, said: dict[str, Any]) -> Authenticator:
    """The passkey that answered the challenge; raises ValidationError."""
    from allauth.mfa.webauthn.internal import auth

    with _refusing():
        _refuse_elsewhere(auth.parse_authentication_response(said))
        found = auth.extract_user_from_response(said) if user is None else user
        if not found.is_active:
            raise ValueError
        authenticator = auth.complete_authentication(found, said)
        authenticator.user = found
    return authenticator


def refuse_unless_made(said: dict[str, Any]) -> None:
    """Raises ValidationError where this is no passkey made now, here, by who holds the device."""
    from allauth.mfa.webauthn.internal import auth

    with _refusing():
        _refuse_elsewhere(auth.parse_registration_response(said))
        if not auth.complete_registration(said).is_user_verified():
            raise ValueError


def _refuse_elsewhere(response: Any) -> None:
    """A browser says on which page it was asked; fido2 would take any name below this one."""
    if response.response.client_data.origin not in settings.WEBSOCKET_ORIGINS:
        raise ValueError


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except (*STRANGE, ValidationError):
        raise ValidationError(sentences.WRONG_PASSKEY) from None
