"""What a person may use: asked of the database each time, so that it holds everywhere at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef

from conversations.prepared import SOME_NUMBER, Prepared
from conversations.roles.rights import role_of
from streaming.audience.models import Audience


@dataclass(frozen=True, slots=True)
class Permits:
    """Everything but what is closed: whole providers, and (provider, model) pairs."""

    closed: frozenset[str] = frozenset()
    closed_models: frozenset[tuple[str, str]] = frozenset()

    def provider(self, slug: str) -> bool:
        return slug not in self.closed

    def model(self, slug: str, model: str) -> bool:
        return self.provider(slug) and (slug, model) not in self.closed_models


EVERYTHING = Permits()


def permits_of(person_id: int) -> Permits:
    rows = _rules().rows(person_id)
    if not rows:
        return EVERYTHING
    person = User.objects.select_related("standing").filter(pk=person_id).first()
    role = role_of(person).value if person is not None and person.is_active else ""
    closed = [
        (provider, model)
        for provider, model, roles, is_named in rows
        if not (is_named or role in roles)
    ]
    return Permits(
        frozenset(provider for provider, model in closed if not model),
        frozenset((provider, model) for provider, model in closed if model),
    )


def may_use(person_id: int, provider: str, model: str) -> bool:
    return permits_of(person_id).model(provider, model)


@cache
def _rules() -> Prepared:
    """Every rule, and whether it names the person; most sites have none."""
    people = Audience.people.through._default_manager
    named = people.filter(audience=OuterRef("pk"), user_id=SOME_NUMBER)
    rules = Audience.objects.annotate(named=Exists(named))
    return Prepared(rules.values_list("provider", "model", "roles", "named"), SOME_NUMBER)
