"""What holds for a person: their own number, else their role's, else the site's."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from conversations.audit.models import Act
from conversations.quotas import holding, setting
from conversations.quotas.models import Quota
from conversations.quotas.rules import Quotas
from conversations.quotas.rules import holding as rule
from conversations.roles import giving
from conversations.roles.rights import Role

SITE = Quotas(4, 30, 500, None, None, 1024)


def test_each_number_is_the_persons_own_else_the_roles_else_the_sites() -> None:
    own = Quota(running=1, tokens_a_month=0)
    of_role = Quota(running=2, sends_a_day=9, tokens_a_month=7, cost_a_month=5)
    assert rule(own, of_role, SITE) == Quotas(1, 30, 9, 0, 5, 1024)
    assert rule(None, of_role, SITE) == Quotas(2, 30, 9, 7, 5, 1024)
    assert rule(own, None, SITE) == Quotas(1, 30, 500, 0, None, 1024)
    assert rule(None, None, SITE) == SITE


@pytest.fixture
def chief(db: None) -> User:
    return User.objects.create_superuser("chief")


def test_the_role_is_the_one_that_a_person_has_now_found_by_one_query(
    chief: User, settings: Any
) -> None:
    settings.TOKENS_A_MONTH, settings.COST_A_MONTH = 1000, 0
    member = User.objects.create_user("member")
    for number, role in enumerate(Role, 1):
        setting.give(chief, role, {"running": number})
    setting.give(chief, member, {"sends_a_day": 77})
    holding.of(member.pk)
    with CaptureQueriesContext(connection) as asked:
        assert [holding.of(each.pk).running for each in (chief, member)] == [1, 2]
    assert len(asked) == 2
    giving.give(member, Role.READ_ONLY)
    now = holding.of(member.pk)
    assert (now.running, now.sends_a_day, now.tokens_a_month, now.cost_a_month) == (
        *(3, 77),
        *(1000, None),
    )
    giving.give(member, Role.ADMINISTRATOR)
    assert holding.of(member.pk).running == 1
    assert holding.of(10**9) == holding.of_site()


def test_what_is_set_is_in_the_log_and_what_stays_is_not(chief: User) -> None:
    member = User.objects.create_user("member")
    for numbers in ({"cost_a_month": 2_500_000_000}, {"cost_a_month": 2_500_000_000}, {}):
        setting.give(chief, member, numbers)
    setting.give(chief, Role.MEMBER, {"running": 2, "storage": 5})
    acts = Act.objects.order_by("pk")
    assert [(act.whom, act.thing, act.before, act.after) for act in acts] == [
        ("member", "", "", "dollars a month 2.5"),
        ("member", "", "dollars a month 2.5", ""),
        ("", "member", "", "answers at once 2, bytes of files 5"),
    ]
    assert Quota.objects.count() == 1


@pytest.mark.parametrize("whose", [{}, {"role": "member", "both": True}])
def test_a_row_is_of_a_role_or_of_a_person(chief: User, whose: dict[str, Any]) -> None:
    person = chief if whose.pop("both", False) else None
    with pytest.raises(IntegrityError):
        Quota.objects.create(person=person, **whose)
