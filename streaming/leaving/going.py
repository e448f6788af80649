"""Closing an account for good, then deleting what it has, a bounded piece at a time."""

from __future__ import annotations

from secrets import token_hex

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from conversations import access
from conversations.audit.acts import What
from conversations.audit.recording import record
from conversations.files import sweeping
from conversations.files.models import File
from conversations.models import Conversation, Deletion
from conversations.roles import giving
from conversations.roles.models import Leaving
from conversations.sharing.models import Share
from conversations.transfer.models import Transfer
from conversations.trash import purging
from streaming.catalog.own_keys import keys
from streaming.models import QueuedPrompt
from streaming.transfer import files
from streaming.transfer.outgoing import whole
from streaming.trash import emptying, many

PIECE_SECONDS = 1.0


def close(user: User) -> None:
    """The name is free at once. Raises LastAdministrator."""
    with transaction.atomic():
        giving.keep_an_administrator(user)
        access.hold(user)
        record(user, What.ACCOUNT_DELETED, whom=user)
        user.username, user.email = f"deleted-{user.pk}-{token_hex(8)}", ""
        user.first_name = user.last_name = ""
        user.is_active = user.is_staff = user.is_superuser = False
        user.set_unusable_password()
        user.save()
        Leaving.objects.create(person=user)
        Share.objects.filter(owner_id=user.pk).delete()
        keys.forget_person(user.pk)
        QueuedPrompt.objects.filter(conversation__owner_id=user.pk).delete()


def go_on(user: User, seconds: float) -> None:
    """Delete what is left, as far as that takes no longer; the chore does the rest."""
    many.delete_all(user, timezone.now(), seconds)
    newest = Deletion.objects.filter(owner_id=user.pk).aggregate(pk=Max("pk"))["pk"]
    purging.doom_all(user, newest or 0)
    emptying.empty_soon(user, seconds)
    if not Conversation.everything.filter(owner_id=user.pk).exists():
        _delete(user)


def take_piece() -> None:
    """Of each account that is deleted, some."""
    for row in Leaving.objects.select_related("person").order_by("pk"):
        go_on(row.person, PIECE_SECONDS)


def _delete(user: User) -> None:
    """The bytes first: if the process dies meanwhile, the rows say what is left to the next one."""
    for pk in Transfer.objects.filter(owner_id=user.pk).values_list("pk", flat=True):
        files.drop(pk)
    whole.forget(user)
    File.objects.filter(owner_id=user.pk, doomed_at=None).update(doomed_at=timezone.now())
    while sweeping.sweep_piece(user.pk):
        pass
    User.objects.filter(pk=user.pk, is_active=False).delete()
