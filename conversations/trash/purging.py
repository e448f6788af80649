"""Deleting for good: what is doomed goes a bounded number of messages at a time.

Whoever comes in between finds it gone already, for the managers leave it out. Several processes may
purge at once: each transaction holds the deletion, and the next one takes what is left. Rows that
belong to a message go with it, whatever their table. Those who keep text of messages elsewhere,
such as an index, drop it when `messages_go` is sent, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Length
from django.dispatch import Signal
from django.utils import timezone

from conversations.access import Person
from conversations.models import Conversation, Deletion, Message
from conversations.trash import moving

AT_ONCE = 200
CHARACTERS = 2_000_000
"""Messages, and characters of them, that one transaction deletes."""

TOGETHER = 25
"""Small conversations that one transaction deletes."""

DOOMED_AT_ONCE = 1000
REMEMBERED = timedelta(days=1)
"""How long a deletion that was restored or purged is remembered, for requests that come again."""

messages_go = Signal()
"""Sent with `pks`: the messages that this transaction deletes for good."""

BELOW = """
WITH RECURSIVE below(id) AS (
    SELECT id FROM conversations_message WHERE id = %s
    UNION ALL
    SELECT child.id FROM below JOIN conversations_message child ON child.parent_id = below.id
)
SELECT id FROM below ORDER BY id DESC LIMIT %s
"""


def doom(deletion: Deletion) -> bool:
    """Nothing brings it back from now on; False if it was restored or doomed before."""
    rows = Deletion.objects.filter(moving.in_trash(), pk=deletion.pk)
    return bool(rows.update(doomed_at=timezone.now()))


def doom_all(user: Person, up_to: int) -> int:
    """Doom what was in a person's trash when the newest of it was `up_to`; how many those were."""
    rows = Deletion.objects.filter(moving.in_trash(), owner_id=user.pk, pk__lte=up_to)
    return rows.update(doomed_at=timezone.now())


def doom_expired(now: datetime) -> int:
    """Doom some of what was in the trash for its time; how many those were."""
    old = Deletion.objects.filter(
        moving.in_trash(), made_at__lte=now - timedelta(days=settings.TRASH_DAYS)
    )
    pks = list(old.order_by("pk").values_list("pk", flat=True)[:DOOMED_AT_ONCE])
    return Deletion.objects.filter(moving.in_trash(), pk__in=pks).update(doomed_at=now)


def doomed() -> Q:
    return Q(doomed_at__isnull=False, purged_at=None)


def next_doomed(after: int = 0) -> Deletion | None:
    return Deletion.objects.filter(doomed(), pk__gt=after).order_by("pk").first()


def purge_together(deletion_ids: Sequence[int]) -> bool:
    """Delete these conversations for good in one piece; False, with nothing done, if that would be
    no short one, or there are not several left.
    """
    with transaction.atomic():
        rows = Deletion.objects.select_for_update(skip_locked=True)
        whole = rows.filter(doomed(), pk__in=deletion_ids, whole=True, conversation__isnull=False)
        threads = list(whole.order_by("pk").values_list("conversation_id", flat=True))
        messages = Message.everything.filter(conversation__in=threads).order_by("-pk")
        pks = list(messages.values_list("pk", flat=True)[: AT_ONCE + 1])
        if len(threads) < 2 or len(pks) > AT_ONCE or len(_fitting(pks)) < len(pks):
            return False
        messages_go.send(sender=Message, pks=pks)
        _done(Q(message_id__in=pks) | Q(conversation__in=threads))
        Message.everything.filter(pk__in=pks).only("pk").delete()
        Conversation.everything.filter(pk__in=threads).delete()
    return True


def purge_some(deletion_id: int, most: int = AT_ONCE) -> bool:
    """Delete some of it for good; False once there is nothing left to do, or another does it."""
    with transaction.atomic():
        rows = Deletion.objects.select_for_update(skip_locked=True)
        deletion = rows.filter(doomed(), pk=deletion_id).first()
        if deletion is None:
            return False
        if pks := _last_messages(deletion, most):
            _delete(deletion, pks)
            return True
        _done(Q(pk=deletion.pk))
        if deletion.whole and deletion.conversation_id is not None:
            _delete_conversation(deletion.conversation_id)
    return False


def forget_finished(now: datetime) -> None:
    """Drop what is remembered of deletions that were restored or purged long ago."""
    before = now - REMEMBERED
    long_ago = Q(purged_at__lt=before) | Q(restored_at__lt=before)
    pks = list(Deletion.objects.filter(long_ago).values_list("pk", flat=True)[:DOOMED_AT_ONCE])
    Deletion.objects.filter(pk__in=pks).delete()


def messages_of(deletion: Deletion) -> Q:
    """The messages that go with it."""
    if deletion.whole:
        return Q(conversation=deletion.conversation_id)
    return Q(deletion=deletion)


def _last_messages(deletion: Deletion, most: int) -> Sequence[int]:
    """The newest that are left: what follows a message always is newer, so it goes before."""
    if deletion.conversation_id is None:
        return ()
    if deletion.whole:
        rows = Message.everything.filter(conversation=deletion.conversation_id).order_by("-pk")
        pks = list(rows.values_list("pk", flat=True)[:most])
    else:
        with connection.cursor() as cursor:
            cursor.execute(BELOW, [deletion.message_id, most])
            pks = [pk for (pk,) in cursor.fetchall()]
    return _fitting(pks)


def _fitting(pks: Sequence[int]) -> Sequence[int]:
    """As many of them as are not too long together, and one at least."""
    rows = Message.everything.filter(pk__in=pks).order_by("-pk")
    sizes = rows.values_list(Length("text") + Length("reasoning"), flat=True)
    fitting = sum(1 for total in accumulate(sizes) if total <= CHARACTERS)
    return pks[: max(1, fitting)]


def _delete(deletion: Deletion, pks: Sequence[int]) -> None:
    """Earlier deletions of some of these messages end with them."""
    messages_go.send(sender=Message, pks=pks)
    _done(Q(message_id__in=pks) & ~Q(pk=deletion.pk))
    Message.everything.filter(pk__in=pks).only("pk").delete()


def _delete_conversation(pk: UUID) -> None:
    _done(Q(conversation=pk))
    Conversation.everything.filter(pk=pk).delete()


def _done(which: Q) -> None:
    now = timezone.now()
    unfinished = Deletion.objects.filter(which, purged_at=None)
    unfinished.filter(doomed_at=None).update(doomed_at=now)
    unfinished.update(purged_at=now)
