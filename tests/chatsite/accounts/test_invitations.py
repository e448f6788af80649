"""Invitations: one link, one account, with the role that was chosen; and other acts of `people`."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from chatsite.accounts.models import Invitation
from conversations.roles.rights import Role, role_of
from tests.chatsite.accounts.signing_in import NEW, ada, signed_in
from tests.chatsite.accounts.test_people import chief, shown_link
from tests.support.document import parse

__all__ = ["ada", "chief"]

pytestmark = pytest.mark.django_db
GRACE = {"name": "grace", "password1": NEW, "password2": NEW}


def invite(client: Client, role: Role = Role.READ_ONLY, **more: str) -> Any:
    return client.post("/people/invite/", {"role": role.value, "days": "7", "note": "G."} | more)


@pytest.mark.parametrize("role", Role)
def test_an_invitation_makes_one_account_with_its_role(
    chief: User, client: Client, role: Role
) -> None:
    link = shown_link(invite(client, role))
    assert Invitation.objects.get().digest not in link
    assert "G." in client.get("/people/").content.decode()
    guest = Client()
    assert guest.get(link).status_code == 200
    assert guest.post(link, GRACE).status_code == 302
    assert signed_in(guest)
    assert role_of(User.objects.get(username="grace")) == role
    second = Client().post(link, GRACE | {"name": "another"})
    assert (second.status_code, User.objects.count()) == (404, 2)
    assert "G." not in client.get("/people/").content.decode()


def test_a_form_that_comes_twice_invites_once_and_shows_the_link_once(
    chief: User, client: Client
) -> None:
    key = str(uuid.uuid4())
    link = shown_link(invite(client, key=key))
    again = invite(client, key=key).content.decode()
    assert (link in again, Invitation.objects.count()) == (False, 1)


def test_one_taken_back_too_old_or_invented_is_the_same_nothing(
    chief: User, client: Client
) -> None:
    back, old = (shown_link(invite(client)) for _ in range(2))
    first = Invitation.objects.earliest("pk")
    client.post(f"/people/invitations/{first.pk}/take-back/")
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    replies = [Client().post(link, GRACE) for link in (back, old, "/join/none/")]
    assert {(reply.status_code, parse(reply.content.decode()).text()) for reply in replies} == {
        (404, parse(replies[0].content.decode()).text())
    }
    assert User.objects.count() == 1


@pytest.mark.parametrize("end", [{"is_superuser": False, "is_staff": False}, {"is_active": False}])
def test_an_invitation_ends_with_the_right_of_who_made_it(
    chief: User, client: Client, end: dict[str, bool]
) -> None:
    """Else who is no administrator any more comes back as one, by a link kept for that."""
    link = shown_link(invite(client, Role.ADMINISTRATOR))
    User.objects.filter(pk=chief.pk).update(**end)
    assert Client().post(link, GRACE).status_code == 404
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"name": "Ada"}, "Somebody has that name."),
        ({"password2": "another long word"}, "not the same"),
        ({"password1": "short", "password2": "short"}, "at least 12"),
    ],
)
def test_what_is_wrong_is_told_and_the_link_still_works(
    chief: User, ada: User, client: Client, said: dict[str, str], complaint: str
) -> None:
    link = shown_link(invite(client))
    reply = Client().post(link, GRACE | said)
    assert (reply.status_code, complaint in reply.content.decode()) == (400, True)
    assert Client().post(link, GRACE).status_code == 302


def test_who_was_added_and_has_not_come_is_nobody_elses(chief: User, client: Client) -> None:
    client.post("/people/add/", {"name": "grace"})
    assert Client().post(shown_link(invite(client)), GRACE).status_code == 400
    assert not User.objects.get(username="grace").has_usable_password()


def test_nobody_joins_over_a_sign_in(chief: User, ada: User, client: Client) -> None:
    link = shown_link(invite(client, Role.ADMINISTRATOR))
    there = Client()
    there.force_login(ada)
    assert "sign out first" in there.post(link, GRACE).content.decode()
    assert User.objects.count() == 2


def test_a_role_is_changed_but_the_last_administrator_stays(
    chief: User, ada: User, client: Client
) -> None:
    def change(person: User, role: str) -> Any:
        return client.post(f"/people/{person.pk}/role/", {"role": role}, follow=True)

    assert "has to administer" in change(chief, "member").content.decode()
    assert change(ada, "king").status_code == 404
    for role in ("read-only", "administrator"):
        assert "role was changed" in change(ada, role).content.decode()
        assert role_of(User.objects.get(pk=ada.pk)) == role
    assert client.post(f"/people/{chief.pk}/role/", {"role": "member"})["Location"] == "/"
    assert client.get("/people/").status_code == 404


def test_sessions_are_ended_but_for_the_one_that_asks(
    chief: User, ada: User, client: Client
) -> None:
    for person in (chief, ada):
        there = Client()
        there.force_login(person)
        client.post(f"/people/{person.pk}/sign-out/")
        assert not signed_in(there)
    assert Session.objects.count() == 1
    assert client.get("/people/").status_code == 200
