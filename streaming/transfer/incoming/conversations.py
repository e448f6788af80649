"""A conversation that comes in: its rows, all or none, and each of its nodes once."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from conversations import access
from conversations.access import Person
from conversations.languages.texts import lazy_text
from conversations.models import Conversation, Message
from conversations.search.index import entries
from conversations.transfer import plain, tree
from conversations.transfer.models import ImportedThread
from conversations.transfer.models import Outcome as OutcomeRow
from conversations.transfer.plain import Node, Refused, Thread
from conversations.transfer.tree import Shown
from streaming.transfer.incoming import growth, rows, settings
from streaming.transfer.outgoing.conversations import name_of_message

What = OutcomeRow.What

IN_TRASH = lazy_text("It is in your trash. Restore it there, and import the file again.")
EMPTY = lazy_text("It holds no messages.")
TOO_DEEP = lazy_text("It is nested too deeply.")
BELOW_DELETED = "below what you deleted"


@dataclass(slots=True)
class Taken:
    """What became of a conversation: `messages` are new, or are further than they were."""

    what: OutcomeRow.What
    conversation: Conversation
    messages: int = 0
    not_shown: Counter[str] = field(default_factory=Counter)


def take(owner: Person, thread: Thread) -> Taken:
    """Raises Refused; then nothing of it was kept.

    What came before adds nothing: a newer file of the same conversation adds what is new in it.
    """
    nodes = tree.in_order(thread)
    messages = tree.shown(nodes)
    if not nodes:
        raise Refused(str(EMPTY))
    thread.key = thread.key or f"of {nodes[0].id}"[: plain.LONGEST_KEY]
    try:
        with transaction.atomic():
            access.hold(owner)
            return _Taking(owner, thread, nodes, messages).take()
    except RecursionError:
        raise Refused(str(TOO_DEEP)) from None


class _Taking:
    """One conversation, in one transaction."""

    def __init__(
        self, owner: Person, thread: Thread, nodes: list[Node], messages: list[Shown]
    ) -> None:
        self._owner, self._thread = owner, thread
        self._nodes, self._messages = nodes, messages
        self._now = timezone.now()
        self._row = self._known_thread()
        self._conversation = self._known_conversation()
        self._known: rows.Known = {}
        """Every node that came before: its message, None if that was deleted for good."""
        self._closed: set[int] = set()
        """Messages that lie in the trash: nothing can follow them."""

    def take(self) -> Taken:
        is_new, grown = self._conversation is None, 0
        if self._conversation is not None:
            self._look_at(self._conversation)
            grown = growth.grow(self._conversation, self._messages, self._known)
        new = self._new_messages()
        kept = [
            node for node in self._nodes if node.role == plain.KEPT and node.id not in self._known
        ]
        if self._conversation is not None and not (new or kept or grown):
            return Taken(What.UNCHANGED, self._conversation, 0, self._thread.not_shown)
        conversation = self._conversation or self._begin()
        times = rows.times(self._nodes, conversation.created_at)
        rows.write(conversation, new, times, self._known)
        row = self._row or self._remember(conversation)
        rows.write_nodes(row, new, kept, self._owners_of_kept(), self._known)
        self._finish(conversation, new, is_new=is_new)
        count = len(new) + grown
        what = What.TAKEN if is_new else What.UPDATED if count else What.UNCHANGED
        return Taken(what, conversation, count, self._thread.not_shown)

    def _known_thread(self) -> ImportedThread | None:
        own = ImportedThread.objects.filter(owner_id=self._owner.pk)
        same = own.filter(
            source=self._thread.source[:32], account=self._thread.account, key=self._thread.key
        )
        archive_id = _uuid(self._thread.archive_id)
        return same.first() or (archive_id and own.filter(archive_id=archive_id).first()) or None

    def _known_conversation(self) -> Conversation | None:
        own = Conversation.everything.select_for_update(of=("self",), no_key=True)
        own = own.filter(owner_id=self._owner.pk)
        if self._row is not None:
            return own.get(pk=self._row.conversation_id)
        archive_id = _uuid(self._thread.archive_id)
        return own.filter(pk=archive_id).first() if archive_id else None

    def _look_at(self, conversation: Conversation) -> None:
        """What of it is there."""
        if conversation.trashed_at is not None:
            raise Refused(str(IN_TRASH))
        own = Message.everything.filter(conversation=conversation)
        for pk in own.values_list("pk", flat=True):
            self._known[name_of_message(conversation.pk, pk)] = pk
        self._closed = set(own.exclude(deletion=None).values_list("pk", flat=True))
        if self._row is not None:
            for node, pk, is_shown in self._row.nodes.values_list("node", "message", "shown"):
                self._known[node] = pk if is_shown else None

    def _new_messages(self) -> list[Shown]:
        """Without those that would follow what was deleted here."""
        new, barred = [], set[str]()
        for message in self._messages:
            name, parent = message.node.id, message.parent
            if name in self._known:
                continue
            if parent in barred or (parent in self._known and self._is_closed(parent)):
                barred.add(name)
                self._thread.not_shown[BELOW_DELETED] += 1
                continue
            new.append(message)
        return new

    def _is_closed(self, parent: str | None) -> bool:
        pk = self._known[parent or ""]
        return pk is None or pk in self._closed

    def _begin(self) -> Conversation:
        """Not saved as others are: nobody waits for it, and no model shall title it."""
        archive_id = _uuid(self._thread.archive_id)
        is_free = archive_id and not Conversation.everything.filter(pk=archive_id).exists()
        conversation = Conversation(
            pk=archive_id if is_free and archive_id else uuid.uuid4(), owner=self._owner
        )
        self._conversation = conversation
        created = self._thread.created_at or self._oldest() or self._now
        settings.apply(conversation, self._thread, created)
        Conversation.everything.bulk_create([conversation])
        conversation.created_at = created
        Conversation.everything.filter(pk=conversation.pk).update(created_at=created)
        entries.index_title(conversation)
        return conversation

    def _oldest(self) -> datetime | None:
        times = [node.created_at for node in self._nodes if node.created_at]
        return min(times, default=None)

    def _remember(self, conversation: Conversation) -> ImportedThread:
        return ImportedThread.objects.create(
            owner=self._owner,
            conversation=conversation,
            source=self._thread.source[:32],
            account=self._thread.account,
            key=self._thread.key,
            archive_id=_uuid(self._thread.archive_id) or conversation.pk,
            details=rows.as_json(self._thread.kept),
        )

    def _owners_of_kept(self) -> dict[str, str]:
        """Of each node that is not shown the message to which it belongs."""
        by_id = {node.id: node for node in self._nodes}
        owners: dict[str, str] = {}
        for message in self._messages:
            above = by_id.get(message.node.parent or "")
            while above is not None and above.role == plain.KEPT and above.id not in owners:
                owners[above.id] = message.node.id
                above = by_id.get(above.parent or "")
        for node in self._nodes:
            if node.role == plain.KEPT and node.id not in owners and node.parent:
                parent = by_id[node.parent]
                owner = owners.get(parent.id) if parent.role == plain.KEPT else parent.id
                if owner:
                    owners[node.id] = owner
        return owners

    def _finish(self, conversation: Conversation, new: Sequence[Shown], *, is_new: bool) -> None:
        leaf = tree.leaf(self._thread, self._nodes, self._messages)
        if leaf is not None and (is_new or leaf in {message.node.id for message in new}):
            conversation.leaf_id = self._known.get(leaf)
        updated = self._thread.updated_at or max(
            (node.created_at for node in self._nodes if node.created_at), default=self._now
        )
        before = conversation.created_at if is_new else conversation.updated_at
        conversation.updated_at = max(updated, before) if not is_new else updated
        settings.finish(conversation, self._thread, is_new=is_new)
        Conversation.everything.filter(pk=conversation.pk).update(
            leaf=conversation.leaf_id, updated_at=conversation.updated_at, seen=conversation.seen
        )


def _uuid(value: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(value)
    except ValueError:
        return None
