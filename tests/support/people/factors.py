"""Second factors of people, and sessions whose person has just proved who it is."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.models import User

from chatsite.accounts.second_factors.adapter import purpose_of
from streaming.catalog import sealed_keys
from tests.support.people.device import made_before

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def passkey_of(person: User, name: str) -> Any:
    """A row as of a passkey that no device has."""
    data = {"name": name, "credential": made_before()}
    return Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=data)


def with_app(person: User, secret: str = SECRET) -> str:
    """The secret of an app for codes that this person has now."""
    sealed = sealed_keys.seal(secret, purpose_of(person))
    kind = Authenticator.Type.TOTP
    Authenticator.objects.create(user=person, type=kind, data={"secret": sealed})
    return secret


def code_of(secret: str, later: int = 0) -> str:
    """What an app shows now, or so many steps of 30 s later."""
    counter = int(time.time()) // 30 + later
    return str(format_hotp_value(hotp_value(secret, counter)))


def proven(client: Any, person: User, seconds_ago: float = 0.0) -> None:
    """The session of this client is as if it had begun by a password, so long ago."""
    session = client.session
    record = {"method": "password", "at": time.time() - seconds_ago}
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [record]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(person.pk)
    session.save()
