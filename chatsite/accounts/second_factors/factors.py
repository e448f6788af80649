"""Who has which second factors: rows of django-allauth's table."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet

APP, CODES, PASSKEY = (
    Authenticator.Type.TOTP,
    Authenticator.Type.RECOVERY_CODES,
    Authenticator.Type.WEBAUTHN,
)
ASKED_FOR = (APP, PASSKEY)
"""Who has none of these signs in without a second step: recovery codes alone are none."""


def kinds(user: User) -> frozenset[str]:
    """What this person has."""
    return frozenset(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))


def has_second(user: User) -> bool:
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=ASKED_FOR).exists())


def passkeys_of(user: User) -> QuerySet[Any]:
    rows: QuerySet[Any] = Authenticator.objects.filter(user_id=user.pk, type=PASSKEY)
    return rows


def marked(people: QuerySet[User]) -> QuerySet[User]:
    """Each with `has_second_factor`."""
    rows = Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=ASKED_FOR)
    return people.annotate(has_second_factor=Exists(rows))
