"""Whether somebody has shown lately who they are, and by what they could."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.mfa.base.internal.flows import post_authentication
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest

from chatsite.accounts.second_factors import factors

MOST_RECORDS = 8
"""Proofs that a session remembers: each of its requests reads them."""


@dataclass(frozen=True, slots=True)
class Ways:
    """By what a person can prove who it is; the person may have several."""

    password: bool
    code: bool
    passkey: bool

    def __bool__(self) -> bool:
        return self.password or self.code or self.passkey


def ways(user: User) -> Ways:
    has = factors.kinds(user)
    return Ways(user.has_usable_password(), factors.APP in has, factors.PASSKEY in has)


def is_fresh(request: HttpRequest, user: User) -> bool:
    """Whether this session began, or its person was asked, a short while ago."""
    times = [record["at"] for record in get_authentication_records(request, user)]
    return bool(times) and 0 <= time.time() - max(times) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def note(request: HttpRequest, user: User, authenticator: Any = None) -> None:
    """This session's person has just proved it: by this second factor, else by the password."""
    if authenticator is None:
        record_authentication(request, user, method="password", reauthenticated=True)
    else:
        post_authentication(request, authenticator, reauthenticated=True)
    known = get_authentication_records(request, user)
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = known[-MOST_RECORDS:]
