"""Into the trash and back, in transactions in which the caller holds the conversation.

Of a branch the first message moves at once, which takes all that follows it out of the thread. The
others are marked a bounded number at a time (`spread`), so that nobody waits long for their turn
to write; coming back they are unmarked so before the first one (`lift_some`).
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from conversations import branches
from conversations.access import Person
from conversations.models import Conversation, Deletion, Message

AT_ONCE = 1000
"""Messages that one transaction marks."""

SPREAD = """
UPDATE conversations_message SET deletion_id = %(deletion)s WHERE id IN (
    WITH RECURSIVE below(id) AS (
        SELECT child.id
        FROM conversations_message parent JOIN conversations_message child
            ON child.parent_id = parent.id
        WHERE parent.deletion_id = %(deletion)s AND child.deletion_id IS NULL
        UNION ALL
        SELECT child.id FROM below JOIN conversations_message child ON child.parent_id = below.id
        WHERE child.deletion_id IS NULL
    )
    SELECT id FROM below LIMIT %(most)s
)
"""


class NotRestorable(Exception):
    """It cannot come back: it is being deleted for good, or so is what it belongs to."""


class InsideOtherTrash(NotRestorable):
    """What it belongs to, or follows, is in the trash itself and has to come back first."""


def hold(conversation_id: UUID) -> Conversation | None:
    """The conversation as it stands, in the trash or not, until this transaction ends."""
    rows = Conversation.everything.select_for_update(no_key=True)
    return rows.filter(pk=conversation_id).first()


def by_key(user: Person, key: UUID) -> Deletion | None:
    """What the same request did when it came first."""
    return Deletion.objects.filter(owner_id=user.pk, key=key).first()


def in_trash() -> Q:
    """Deletions that can be restored."""
    return Q(restored_at=None, doomed_at=None, purged_at=None)


def trash_conversation(conversation: Conversation, key: UUID) -> Deletion:
    """Move the conversation to the trash; if it lies there, the deletion that put it there."""
    if conversation.trashed_at is not None:
        own = conversation.deletions.filter(whole=True, restored_at=None)
        return own.latest("pk")
    now = timezone.now()
    Conversation.everything.filter(pk=conversation.pk).update(trashed_at=now)
    return Deletion.objects.create(
        owner_id=conversation.owner_id, key=key, conversation=conversation, made_at=now
    )


def trash_branch(conversation: Conversation, message: Message, key: UUID) -> Deletion:
    """Move a message to the trash, and show what stands next to it; the caller lets it `spread`.

    If it lies in the trash, the deletion that put it there.
    """
    message.refresh_from_db(fields=["deletion"])
    if message.deletion is not None:
        return message.deletion
    leaf = conversation.leaf_id
    was_shown = leaf is not None and follows(leaf, message)
    deletion = Deletion.objects.create(
        owner_id=conversation.owner_id,
        key=key,
        conversation=conversation,
        whole=False,
        message=message,
        leaf_id=leaf if was_shown else None,
        made_at=timezone.now(),
    )
    Message.everything.filter(pk=message.pk).update(deletion=deletion)
    if was_shown:
        _show(conversation, _next_to(message))
    return deletion


def follows(message_id: int, first: Message) -> bool:
    """Whether a message is `first`, or comes after it in a branch."""
    return branches.follows(message_id, first.pk)


def spread(conversation: Conversation, deletion: Deletion, most: int = AT_ONCE) -> bool:
    """Mark some of what follows the deleted message; False once all of it is marked.

    Somebody may have shown what was not marked yet: then that is not shown any more.
    """
    deletion.refresh_from_db()
    if deletion.message is None or deletion.restored_at or deletion.doomed_at:
        return False
    with connection.cursor() as cursor:
        cursor.execute(SPREAD, {"deletion": deletion.pk, "most": most})
        marked: int = cursor.rowcount
    leaf = conversation.leaf_id
    if leaf and not Message.objects.filter(pk=leaf).exists():
        _show(conversation, _next_to(deletion.message))
    return marked == most


def lift_some(deletion: Deletion, most: int = AT_ONCE) -> bool:
    """Unmark some of the last of what was deleted; False if `restore` can do the rest at once."""
    own = Deletion.objects.select_for_update(no_key=True).filter(in_trash(), pk=deletion.pk)
    if own.exclude(message=None).first() is None:  # else nobody dooms it meanwhile
        return False
    rows = Message.everything.filter(deletion=deletion).order_by("-pk")
    pks = list(rows.values_list("pk", flat=True)[: most + 1])
    if len(pks) <= most:
        return False
    Message.everything.filter(pk__in=pks[:most]).update(deletion=None)
    return True


def restore(conversation: Conversation, deletion: Deletion) -> bool:
    """Bring back what was deleted, exactly; False if it came back before.

    Raises NotRestorable. The row is marked first: from then on nobody can doom it, and whoever
    did so while this waited is seen.
    """
    own = Deletion.objects.filter(in_trash(), pk=deletion.pk)
    is_mine = own.update(restored_at=timezone.now())
    deletion.refresh_from_db()
    if not is_mine and deletion.doomed_at is None:
        return False
    if not is_mine:
        raise NotRestorable
    if deletion.whole:
        Conversation.everything.filter(pk=conversation.pk).update(trashed_at=None)
    elif deletion.message is not None:
        _restore_branch(conversation, deletion, deletion.message)
    return True


def is_inside_other_trash(conversation: Conversation, message: Message) -> bool:
    parent = message.parent
    return conversation.trashed_at is not None or bool(parent and parent.deletion_id)


def _restore_branch(conversation: Conversation, deletion: Deletion, message: Message) -> None:
    if is_inside_other_trash(conversation, message):
        raise InsideOtherTrash
    Message.everything.filter(deletion=deletion).update(deletion=None)
    if deletion.leaf_id is not None and Message.objects.filter(pk=deletion.leaf_id).exists():
        _show(conversation, deletion.leaf_id)
    elif deletion.leaf_id is not None or conversation.leaf_id is None:
        _show(conversation, branches.end_below(message.pk))


def _next_to(message: Message) -> int | None:
    """What is shown in a message's place: its sibling before or after it, else its parent."""
    siblings = Message.objects.filter(
        conversation=message.conversation_id, parent=message.parent_id
    ).values_list("pk", flat=True)
    before, after = siblings.filter(pk__lt=message.pk), siblings.filter(pk__gt=message.pk)
    sibling = before.order_by("pk").last() or after.order_by("pk").first()
    return branches.end_below(sibling) if sibling else message.parent_id


def _show(conversation: Conversation, leaf_id: int | None) -> None:
    conversation.leaf_id = leaf_id
    Conversation.everything.filter(pk=conversation.pk).update(leaf=leaf_id)
