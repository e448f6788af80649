"""Another role for somebody, or an account switched on or off; an administrator always stays."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet

from conversations.audit.acts import What
from conversations.audit.recording import on_or_off, record_change
from conversations.roles.models import Leaving, Standing
from conversations.roles.rights import Role, role_of


class LastAdministrator(Exception):
    """Without this person nobody could administer the site."""


def give(person: User, role: Role, by: User | None = None) -> None:
    """It holds from the next request on; open pages hear within SIGN_INS_EVERY_SECONDS.

    `by` whom goes into the log: nobody is the site. Raises LastAdministrator.
    """
    with transaction.atomic():
        if role != Role.ADMINISTRATOR:
            keep_an_administrator(person)
        _hold(person)
        before = role_of(person)
        if role != before:
            chief = role == Role.ADMINISTRATOR
            person.is_staff = person.is_superuser = chief
            person.save(update_fields=["is_staff", "is_superuser"])
        if role == Role.READ_ONLY:
            Standing.objects.update_or_create(person=person, defaults={"role": role.value})
        else:
            Standing.objects.filter(person_id=person.pk).delete()
        record_change(by, What.ROLE, before.value, role.value, whom=person)


def switch(person: User, is_on: bool, by: User) -> None:
    """Whether this person may sign in. Raises LastAdministrator.

    An account that is being deleted stays off.
    """
    with transaction.atomic():
        if not is_on:
            keep_an_administrator(person)
        _hold(person)
        if is_on and Leaving.objects.filter(person_id=person.pk).exists():
            return
        was, person.is_active = person.is_active, is_on
        person.save(update_fields=["is_active"])
        record_change(by, What.ACCOUNT_SWITCHED, on_or_off(was), on_or_off(is_on), whom=person)


def keep_an_administrator(person: User) -> None:
    """Call it in the transaction that takes this person away; one at a time passes."""
    chiefs = administrators().select_for_update(no_key=True).order_by("pk")
    if {chief.pk for chief in chiefs} == {person.pk}:
        raise LastAdministrator


def _hold(person: User) -> None:
    """As the person is now, and stays until the transaction ends, whatever was read before."""
    person.refresh_from_db(from_queryset=User.objects.select_for_update(no_key=True))


def administrators() -> QuerySet[User]:
    """Those who can sign in."""
    return User.objects.filter(Q(is_staff=True) | Q(is_superuser=True), is_active=True)
