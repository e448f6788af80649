"""What holds for a person, by one query."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Case, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from conversations.prepared import SOME_NUMBER, Prepared
from conversations.quotas.models import Quota
from conversations.quotas.rules import Quotas, holding
from conversations.roles.rights import Role


def of(person_id: int) -> Quotas:
    """Ask once for a request, and hand on what it says."""
    rows = [Quota(role=role, **_numbers(numbers)) for role, *numbers in _rows().rows(person_id)]
    own = next((row for row in rows if row.role is None), None)
    of_role = next((row for row in rows if row.role is not None), None)
    return holding(own, of_role, of_site())


def of_role(role: Role) -> Quotas:
    """What holds for those of this role for whom nothing else is set."""
    return holding(None, Quota.objects.filter(role=role.value).first(), of_site())


def of_site() -> Quotas:
    return Quotas(
        settings.RUNNING_PER_USER,
        settings.SENDS_A_MINUTE,
        settings.SENDS_A_DAY,
        settings.TOKENS_A_MONTH or None,
        settings.COST_A_MONTH * 10**9 or None,
        settings.FILES_BYTES,
    )


def _numbers(numbers: list[int | None]) -> dict[str, int | None]:
    return dict(zip(Quotas._fields, numbers, strict=True))


@cache
def _rows() -> Prepared:
    """The person's own row and that of their role, as `rights.role_of` says it."""
    role = Case(
        When(Q(is_staff=True) | Q(is_superuser=True), then=Value(Role.ADMINISTRATOR.value)),
        default=Coalesce("standing__role", Value(Role.MEMBER.value)),
    )
    theirs = User.objects.filter(pk=SOME_NUMBER).annotate(theirs=role).values("theirs")
    both = Quota.objects.filter(Q(person_id=SOME_NUMBER) | Q(role=Subquery(theirs)))
    return Prepared(both.order_by().values_list("role", *Quotas._fields), SOME_NUMBER)
