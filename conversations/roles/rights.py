"""Roles, and what each may do: the one place where that is said."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

from django.contrib.auth.models import User
from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.roles.models import Standing


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    MEMBER = "member", _("Member")
    READ_ONLY = "read-only", _("Reads only")


class Right(Enum):
    """WRITE is all that makes, sends or changes something; ADMINISTER are the site's own pages."""

    WRITE = auto()
    ADMINISTER = auto()


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.ADMINISTRATOR: frozenset({Right.WRITE, Right.ADMINISTER}),
    Role.MEMBER: frozenset({Right.WRITE}),
    Role.READ_ONLY: frozenset(),
}


def role_of(user: User) -> Role:
    """Whom Django marks as staff or superuser is an administrator; who has no row is a member."""
    if user.is_staff or user.is_superuser:
        return Role.ADMINISTRATOR
    try:
        return Role(user.standing.role)
    except Standing.DoesNotExist:
        return Role.MEMBER


def may(user: User, right: Right) -> bool:
    return user.is_active and right in RIGHTS[role_of(user)]


def may_now(person_id: int, right: Right) -> bool:
    """Whether whoever has this number may, as the database says at this moment."""
    user = User.objects.select_related("standing").filter(pk=person_id).first()
    return user is not None and may(user, right)
