"""A log line for each sign-in, each sign-out and each attempt that failed, at every log level.

A line names the person by number and the client by address. What was typed as a name is not
written: people type passwords there by mistake.
"""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from chatsite.accounts.client_address import client_ip

logger = logging.getLogger("chatsite.sign_ins")

METHODS = "account_authentication_methods"
"""Where django-allauth keeps, in the session, by what somebody proved who they are."""


def begin() -> None:
    """From now on everything is noted; a second call changes nothing."""
    user_logged_in.connect(_signed_in, dispatch_uid="chatsite.sign_in_log.in")
    user_logged_out.connect(_signed_out, dispatch_uid="chatsite.sign_in_log.out")
    user_login_failed.connect(_failed, dispatch_uid="chatsite.sign_in_log.failed")


def note_refused(request: HttpRequest, user: User | None) -> None:
    """A code or a passkey of this person was refused; of a passkey nobody may be known."""
    whose = "nobody who is known" if user is None else f"person {user.pk}"
    logger.warning("A second factor was refused for %s, from %s", whose, client_ip(request))


def _signed_in(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    known = request.session.get(METHODS, ())
    methods = ", ".join(str(each.get("method", "")) for each in known) or "a link"
    logger.info("Person %s signed in by %s, from %s", user.pk, methods, client_ip(request))


def _signed_out(sender: Any, request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        logger.info("Person %s signed out, from %s", user.pk, client_ip(request))


def _failed(sender: Any, credentials: Any, request: HttpRequest | None = None, **_: Any) -> None:
    typed = str(credentials.get("username", ""))
    known = User.objects.filter(username=typed).values_list("pk", flat=True).first()
    whose = "a name that nobody has" if known is None else f"person {known}"
    place = client_ip(request) if request is not None else "this machine"
    logger.warning("A sign-in failed for %s, from %s", whose, place)
