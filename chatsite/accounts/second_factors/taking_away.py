"""For who lost a second factor: an administrator takes all of them away."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db import transaction

from chatsite.accounts import failures


@transaction.atomic
def take_away(person: User) -> int:
    """Their number, recovery codes included. The password alone lets this person in again."""
    deleted, _ = Authenticator.objects.filter(user_id=person.pk).delete()
    failures.forget_second(person.get_username())
    return int(deleted)
