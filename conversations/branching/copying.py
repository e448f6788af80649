"""Copies a thread down to one message into a new conversation, a bounded number at a time.

The number of the copy follows from the request's key, so a request that comes again finds what
the first one made, and completes it.
"""

from __future__ import annotations

from itertools import islice
from uuid import UUID, uuid5

from django.db import transaction

from conversations import branches
from conversations.models import Conversation, Message

AT_ONCE = 50
"""Messages that one transaction copies: others want to write, too."""

TITLE = "Branch of "


def copy(message: Message, key: UUID, last_text: str) -> Conversation:
    """The thread down to `message` as a new conversation; that message reads `last_text`."""
    source = message.conversation
    copied = _begun(source, uuid5(key, f"{source.owner_id} {message.pk}"))
    path = branches.lineage(message.pk, branches.ENDLESS)[::-1]
    while _copy_some(copied, path, last_text):
        pass
    return copied


def _begun(source: Conversation, pk: UUID) -> Conversation:
    """The copy, without its messages; in the trash if it was deleted since."""
    longest = Conversation._meta.get_field("title").max_length or 0
    begun, _ = Conversation.everything.get_or_create(
        pk=pk,
        owner_id=source.owner_id,
        defaults={
            "title": f"{TITLE}{source.title.removeprefix(TITLE)}"[:longest],
            "provider": source.provider,
            "model": source.model,
            "system_prompt": source.system_prompt,
            "parameters": source.parameters,
            "project_id": source.project_id,
            "temporary_until": source.temporary_until,
        },
    )
    return begun


def _copy_some(copied: Conversation, path: list[int], last_text: str) -> bool:
    """Copy the next few messages; False once the copy shows all of them."""
    with transaction.atomic():
        held = Conversation.everything.select_for_update(no_key=True).get(pk=copied.pk)
        if held.leaf_id is not None:
            return False
        last = Message.everything.filter(conversation=held).order_by("pk").last()
        done = Message.everything.filter(conversation=held).count()
        texts = Message.objects.in_bulk(path[done : done + AT_ONCE])
        for pk in islice(path, done, done + AT_ONCE):
            text = last_text if pk == path[-1] else texts[pk].text
            last = Message.objects.create(
                conversation=held, parent=last, role=texts[pk].role, text=text
            )
        if done + AT_ONCE < len(path):
            return True
        held.leaf = last
        held.save(update_fields=["leaf"])
    return False
