"""Invitations made, found by what their link carries, taken once, taken back."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from chatsite.accounts.models import Invitation
from conversations.audit.acts import What
from conversations.audit.recording import record
from conversations.roles import giving
from conversations.roles.rights import Role

RANDOM_BYTES = 24


class Made(NamedTuple):
    """An invitation and its link; "" if the same form made it before: nobody can read it again."""

    row: Invitation
    link: str


def invite(chief: User, key: UUID, role: Role, days: int, note: str) -> Made:
    if before := Invitation.objects.filter(key=key).first():
        return Made(before, "")
    token = secrets.token_urlsafe(RANDOM_BYTES)
    ends = timezone.now() + timedelta(days=days)
    try:
        with transaction.atomic():
            row = Invitation.objects.create(
                key=key,
                digest=_digest(token),
                role=role.value,
                note=note,
                made_by=chief,
                expires_at=ends,
            )
            record(chief, What.INVITED, thing=note, after=role.value)
    except IntegrityError:  # the same form at the same moment
        return Made(Invitation.objects.get(key=key), "")
    return Made(row, f"{settings.PUBLIC_ORIGIN}{reverse('join', args=[token])}")


def waiting() -> QuerySet[Invitation]:
    """Those that still work, the newest first: whoever made one may administer the site now."""
    rows = Invitation.objects.filter(taken_at=None, expires_at__gt=timezone.now())
    return rows.filter(made_by__in=giving.administrators()).order_by("-pk")


def find(token: str) -> Invitation | None:
    return waiting().filter(digest=_digest(token)).first()


def take(invitation: Invitation, make: Callable[[], User | None]) -> User | None:
    """The new person, with the role of the invitation; None if `make` makes nobody.

    Raises Invitation.DoesNotExist if it was taken, or taken back, since it was found.
    """
    with transaction.atomic():
        row = waiting().select_for_update(no_key=True).get(pk=invitation.pk)
        person = make()
        if person is not None:
            record(person, What.INVITATION_USED, whom=person, thing=row.note, after=row.role)
            giving.give(person, Role(row.role), row.made_by)
            row.taken_at = timezone.now()
            row.save(update_fields=["taken_at"])
    return person


def take_back(pk: int, by: User) -> None:
    with transaction.atomic():
        row = waiting().select_for_update(no_key=True).filter(pk=pk).first()
        if row is not None:
            record(by, What.INVITATION_TAKEN_BACK, thing=row.note, before=row.role)
            row.delete()


def _digest(token: str) -> str:
    """What a link carries is long and random, so one round of hashing hides it."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
