"""Copies a thread down to one message into a new conversation, a bounded number at a time.

The number of the copy follows from the request's key, so a request that comes again finds what
the first one made, and completes it.
"""

from __future__ import annotations

from uuid import UUID, uuid5

from django.db import transaction
from django.http import Http404

from conversations import branches
from conversations.files import attached
from conversations.models import Conversation, Message, SearchEntry
from conversations.search.index import entries
from conversations.search.index.rows import PLAIN

AT_ONCE = 50
"""Messages that one transaction copies: others want to write, too."""

TITLE = "Branch of "


class Gone(Exception):
    """A message of the thread was deleted for good while it was copied."""


def copy(message: Message, key: UUID, last_text: str) -> Conversation:
    """The thread down to `message` as a new conversation; that message reads `last_text`.

    What is put into the trash meanwhile is copied too; raises Http404 if it is deleted for good.
    """
    source = message.conversation
    copied = _begun(source, uuid5(key, f"{source.owner_id} {message.pk}"))
    path = branches.lineage(message.pk, branches.ENDLESS)[::-1]
    try:
        while _copy_some(copied, path, last_text):
            pass
    except Gone:
        Conversation.everything.filter(pk=copied.pk).delete()
        raise Http404 from None
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
        part = path[done : done + AT_ONCE]
        originals = Message.everything.in_bulk(part)
        if len(originals) < len(part):
            raise Gone
        copies = [
            Message(
                conversation=held,
                role=originals[pk].role,
                text=originals[pk].text,
                starts_at=originals[pk].starts_at,
                has_files=originals[pk].has_files,
            )
            for pk in part
        ]
        if part[-1:] == path[-1:]:
            copies[-1].text = last_text
        last = append(copies, last)
        attached.copy(zip((originals[pk] for pk in part), copies, strict=True))
        if done + AT_ONCE < len(path):
            return True
        held.leaf = last
        held.save(update_fields=["leaf"])
    return False


def append(copies: list[Message], last: Message | None) -> Message | None:
    """One after the other, after `last`; the new last one."""
    Message.objects.bulk_create(copies)
    for parent, child in zip([last, *copies], copies, strict=False):
        child.parent = parent
    Message.objects.bulk_update(copies, ["parent"])
    texts = (entries.text_of(each) for each in copies if each.text)
    entries.write([SearchEntry(**text.row(PLAIN)) for text in texts])
    return copies[-1] if copies else last
