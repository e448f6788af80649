"""What people do to accounts without an administrator's page is in the log as well."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from conversations.audit.models import Act
from conversations.roles import giving
from conversations.roles.rights import Role
from streaming.leaving import going
from tests.chatsite.accounts.test_invitations import GRACE, invite
from tests.chatsite.accounts.test_people import chief, shown_link

__all__ = ["chief"]

pytestmark = pytest.mark.django_db


def rows() -> list[tuple[str, str, str, str, str]]:
    acts = Act.objects.order_by("pk")
    return [(act.who, act.what, act.whom, act.before, act.after) for act in acts]


def test_an_invitation_is_followed_from_its_making_to_the_role_it_gave(
    chief: User, client: Client
) -> None:
    guest = Client()
    assert guest.post(shown_link(invite(client)), GRACE).status_code == 302
    assert rows() == [
        ("chief", "invited", "", "", "read-only"),
        ("grace", "invitation-used", "grace", "", "read-only"),
        ("chief", "role", "grace", "member", "read-only"),
    ]


def test_a_role_that_stays_and_one_that_is_refused_leave_no_row(chief: User) -> None:
    giving.give(chief, Role.ADMINISTRATOR, chief)
    with pytest.raises(giving.LastAdministrator):
        giving.give(chief, Role.MEMBER, chief)
    assert rows() == []


def test_who_deletes_the_own_account_stays_in_the_log_by_name(db: None) -> None:
    leaver = User.objects.create_user("leaver")
    going.close(leaver)
    leaver.delete()
    assert rows() == [("leaver", "account-deleted", "leaver", "", "")]


def test_a_switch_that_stands_already_leaves_one_row(chief: User, client: Client) -> None:
    other = User.objects.create_user("other")
    for _ in range(2):
        client.post(f"/people/{other.pk}/switch/", {"enabled": "off"})
    assert rows() == [("chief", "account-switched", "other", "on", "off")]
