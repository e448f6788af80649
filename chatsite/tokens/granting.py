"""Tokens made, found again by their text, and revoked."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone

from chatsite.tokens.models import AccessToken
from conversations import access
from conversations.access import Person
from conversations.sign_in.grants import TOKEN

PREFIX = "chatsite_"
"""How every token begins, so that people and log files know one by sight."""
RANDOM_BYTES = 32
ROWS_A_QUERY = 500


class TooMany(Exception):
    """The person has as many tokens as one may have."""


class Made(NamedTuple):
    """A token, and its text; "" if the same form made it before: nobody can read it again."""

    row: AccessToken
    text: str


def make(user: Person, key: UUID, name: str, scope: str) -> Made:
    """Raises TooMany."""
    with transaction.atomic():
        access.hold(user)
        own = AccessToken.objects.filter(owner_id=user.pk)
        if before := own.filter(key=key).first():
            return Made(before, "")
        if own.count() >= settings.TOKENS:
            raise TooMany
        text = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
        row = AccessToken.objects.create(
            owner_id=user.pk, key=key, name=name, scope=scope, digest=_digest(text)
        )
    return Made(row, text)


def revoke(user: Person, pk: int) -> None:
    """It opens nothing from now on; what it holds open ends within SIGN_INS_EVERY_SECONDS."""
    AccessToken.objects.filter(owner_id=user.pk, pk=pk).delete()


def find(text: str) -> AccessToken | None:
    """The token with that text, of somebody who may sign in."""
    rows = AccessToken.objects.select_related("owner__standing").filter(owner__is_active=True)
    return rows.filter(digest=_digest(text)).first()


def note_use(token: AccessToken) -> None:
    """At most once in TOKEN_SEEN_SECONDS; it is not worth a refusal where the database is busy."""
    now = timezone.now()
    due = now - timedelta(seconds=settings.TOKEN_SEEN_SECONDS)
    if token.last_used_at is not None and token.last_used_at > due:
        return
    row = AccessToken.objects.filter(Q(last_used_at=None) | Q(last_used_at__lte=due), pk=token.pk)
    with suppress(DatabaseError):
        row.update(last_used_at=now)


def held_by(token: AccessToken) -> str:
    """What stands for it where a browser has the key of its session."""
    return f"{TOKEN}{token.pk}"


def ended(held: Mapping[str, int]) -> set[str]:
    """Which of these, each with its person, hold no more."""
    numbers = {key: int(key.removeprefix(TOKEN)) for key in held}
    good: set[tuple[int, int]] = set()
    asked = sorted(numbers.values())
    for start in range(0, len(asked), ROWS_A_QUERY):
        some = asked[start : start + ROWS_A_QUERY]
        rows = AccessToken.objects.filter(pk__in=some, owner__is_active=True)
        good.update(rows.values_list("pk", "owner_id"))
    return {key for key, person in held.items() if (numbers[key], person) not in good}


def _digest(text: str) -> str:
    """A token is long and random, so one round of hashing hides it."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
