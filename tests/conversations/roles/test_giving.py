"""What is given or taken counts for the person as they are then, not as they were read."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from conversations.audit.models import Act
from conversations.roles import giving
from conversations.roles.models import Leaving
from conversations.roles.rights import Role, role_of

pytestmark = pytest.mark.django_db


def test_a_role_is_taken_from_who_got_it_a_moment_ago() -> None:
    read_before = User.objects.create_user("ada")
    User.objects.create_superuser("chief")
    giving.give(User.objects.get(pk=read_before.pk), Role.ADMINISTRATOR)
    giving.give(read_before, Role.MEMBER)
    assert role_of(User.objects.get(pk=read_before.pk)) == Role.MEMBER
    assert list(Act.objects.order_by("pk").values_list("before", "after")) == [
        ("member", "administrator"),
        ("administrator", "member"),
    ]


def test_an_account_that_is_being_deleted_is_not_switched_on() -> None:
    chief, read_before = User.objects.create_superuser("chief"), User.objects.create_user("ada")
    User.objects.filter(pk=read_before.pk).update(is_active=False)
    Leaving.objects.create(person=read_before)
    giving.switch(read_before, True, chief)
    assert not User.objects.get(pk=read_before.pk).is_active
