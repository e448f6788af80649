"""Copies what a share holds into the account of whoever reads it.

The number of the copy follows from the person and the share, so a request that comes again finds
what the first one made, and completes it. Once that copy is in the trash there can be another one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from conversations.access import Person
from conversations.answers.parts import PICTURE
from conversations.branching import copying
from conversations.files import attached, keeping
from conversations.files.models import File
from conversations.files.reading import Refused
from conversations.models import Conversation, Message
from conversations.sharing import snapshot
from conversations.sharing.models import Share
from conversations.sharing.snapshot import SharedCall, SharedMessage

COPIES = UUID("6c0f5c5e-52d3-4e0b-9a3e-8a1f0f6f5d21")
NONE = 0
"""The number of no generation."""


def copy(user: Person, share: Share) -> Conversation:
    """A conversation of this person with those messages, to be continued."""
    copied = _begun(user, share)
    messages = snapshot.read(share.snapshot)
    if copied.leaf_id is None:
        _bring_files(user, share, messages)
    while _copy_some(copied, messages):
        pass
    return copied


def _begun(user: Person, share: Share) -> Conversation:
    """The first copy that is not in the trash, perhaps still without its messages."""
    for number in count():
        begun, _ = Conversation.everything.get_or_create(
            pk=uuid5(COPIES, f"{user.pk} {share.token} {number}"),
            owner_id=user.pk,
            defaults={"title": share.title},
        )
        if begun.trashed_at is None:
            return begun
    raise AssertionError


def _copy_some(copied: Conversation, messages: Sequence[SharedMessage]) -> bool:
    """Copy the next few messages; False once the copy shows all of them."""
    with transaction.atomic():
        held = Conversation.everything.select_for_update(no_key=True).get(pk=copied.pk)
        if held.leaf_id is not None or not messages:
            return False
        there = Message.everything.filter(conversation=held).order_by("pk")
        last, done = there.last(), there.count()
        part = messages[done : done + copying.AT_ONCE]
        made = [_row(held, each) for each in part]
        last = copying.append(made, last)
        for row, message in zip(made, part, strict=True):
            if message.files:
                _hang(row, message)
        if done + copying.AT_ONCE < len(messages):
            return True
        held.leaf = last
        held.save(update_fields=["leaf"])
    return False


def _bring_files(user: Person, share: Share, messages: Sequence[SharedMessage]) -> None:
    """Copies of its files, as drafts for now; one that is lost, or too much, is left out."""
    pks = [UUID(file.pk) for message in messages for file in message.files]
    for file in File.objects.filter(owner_id=share.owner_id, doomed_at=None, pk__in=pks):
        with suppress(Refused, OSError):
            keeping.copied(user.pk, file)


def _hang(row: Message, message: SharedMessage) -> None:
    owner_id = row.conversation.owner_id
    pks = [uuid5(UUID(file.pk), str(owner_id)) for file in message.files]
    found = File.objects.filter(owner_id=owner_id, doomed_at=None).in_bulk(pks)
    if files := [found[pk] for pk in pks if pk in found]:
        attached.hang(row, files)
        names = [file.pk for file in message.files]
        copies = {name: found[pk] for name, pk in zip(names, pks, strict=True) if pk in found}
        _place(row, message, copies)


def _place(row: Message, message: SharedMessage, copies: Mapping[str, File]) -> None:
    """Have the pictures in an answer stand where they stood, those of them that were copied."""
    if not any(part["kind"] == PICTURE for part in message.parts):
        return
    row.parts = [
        {"kind": PICTURE, "generation": NONE, "picture": _picture(copies[part["file"]])}
        if part["kind"] == PICTURE
        else {**part, "generation": NONE}
        for part in message.parts
        if part["kind"] != PICTURE or part["file"] in copies
    ]
    row.save(update_fields=["parts"])


def _picture(file: File) -> dict[str, Any]:
    names = ("name", "media_type", "width", "height")
    return {"file": str(file.pk)} | {name: getattr(file, name) for name in names}


def _row(conversation: Conversation, message: SharedMessage) -> Message:
    return Message(
        conversation=conversation,
        role=message.role,
        text=message.text,
        reasoning=message.reasoning,
        tool_calls=[_call(each) for each in message.calls],
        parts=[{**row, "generation": NONE} for row in message.parts if row["kind"] != PICTURE],
        citations=[
            {"url": each.url, "title": each.title, "generation": NONE} for each in message.sources
        ],
    )


def _call(call: SharedCall) -> dict[str, Any]:
    """As an answer keeps it that no generation wrote."""
    return {
        "id": "",
        "name": call.name,
        "arguments": call.arguments,
        "state": call.state,
        "generation": NONE,
    } | ({"result": call.result} if call.result else {})
