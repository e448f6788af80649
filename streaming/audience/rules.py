"""What administrators chose of who may use a provider or a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from conversations.roles.rights import Role
from streaming.audience.models import Audience

ROLES = (Role.ADMINISTRATOR, Role.MEMBER)
"""Those that can use any; who only reads sends nothing."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whoever has one of the roles, or is one of the people; they may all be gone meanwhile."""

    roles: Sequence[Role] = ()
    people: Sequence[str] = ()

    def __str__(self) -> str:
        return ", ".join([*(role.value for role in self.roles), *self.people]) or "nobody"

    @property
    def is_nobody(self) -> bool:
        return not self.roles and not self.people


def chosen(provider: str, model: str = "") -> Chosen | None:
    """None where it is for everybody."""
    row = Audience.objects.filter(provider=provider, model=model).first()
    return _chosen(row) if row is not None else None


def of_models(provider: str) -> Mapping[str, Chosen]:
    """The models of it that have a rule of their own."""
    rows = Audience.objects.filter(provider=provider).exclude(model="").order_by("model")
    return {row.model: _chosen(row) for row in rows.prefetch_related("people")}


def restricted() -> frozenset[str]:
    """The providers that are not for everybody, or have a model that is not."""
    return frozenset(Audience.objects.values_list("provider", flat=True))


@transaction.atomic
def open_to_everybody(provider: str, model: str = "") -> None:
    Audience.objects.filter(provider=provider, model=model).delete()


@transaction.atomic
def keep_to(provider: str, model: str, roles: Sequence[Role], people: Sequence[User]) -> None:
    """From the next request on, for these alone."""
    values = {"roles": [role.value for role in roles]}
    row, _ = Audience.objects.update_or_create(provider=provider, model=model, defaults=values)
    row.people.set(people)


def forget(provider: str) -> None:
    """The provider is deleted; one that takes its name is not narrowed by what was meant for it."""
    Audience.objects.filter(provider=provider).delete()


def _chosen(row: Audience) -> Chosen:
    roles = [role for role in ROLES if role.value in row.roles]
    names = sorted(str(getattr(person, "username", "")) for person in row.people.all())
    return Chosen(roles, names)
