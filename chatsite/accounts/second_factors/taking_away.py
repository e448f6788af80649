"""For who lost a second factor: an administrator takes all of them away."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db import transaction

from chatsite.accounts import failures
from conversations.audit.acts import What
from conversations.audit.recording import record


@transaction.atomic
def take_away(person: User, by: User | None = None) -> int:
    """Their number, recovery codes included. The password alone lets this person in again.

    It is noted in the log of acts; `by` nobody is from the command line.
    """
    deleted, _ = Authenticator.objects.filter(user_id=person.pk).delete()
    if deleted:
        record(by, What.FACTORS_REMOVED, whom=person)
    failures.forget_second(person.get_username())
    return int(deleted)
