"""Files of an archive: each is read anew, as if its person had added it, before its conversation.

A file that comes is a draft until the transaction that takes its conversation hangs it on a
message. So nothing is left of it where that is not taken.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import UUID, uuid5

from django.conf import settings

from conversations.access import Person
from conversations.answers.parts import PICTURE
from conversations.files import attached, coming, keeping
from conversations.files.models import File
from conversations.files.reading import Refused
from conversations.models import Message
from conversations.transfer import plain
from conversations.transfer.opening.archive_file import ArchiveFile
from conversations.transfer.opening.bounds import Unreadable
from conversations.transfer.plain import Json, Thread

FOLDER = "files/"
NOT_TAKEN = "files"
"""What the report calls files that are not there; `streaming.transfer.sentences` says it."""


def bring(owner: Person, thread: Thread | None, archive: ArchiveFile) -> None:
    """Have those read that a conversation names, and that this person does not have."""
    for raw in _named(thread):
        name = plain.key(raw.get("id"))
        pk = _number(owner.pk, name)
        if pk is None or File.objects.filter(owner_id=owner.pk, pk=pk).exists():
            continue
        try:
            _take(owner, pk, archive, name, plain.text(raw.get("name")))
        except (Refused, Unreadable):
            assert thread is not None
            thread.not_shown[NOT_TAKEN] += 1


def hang(message: Message, listed: Json) -> None:
    """Those of them that were brought, on a message that was just made."""
    if files := _brought(message.conversation.owner_id, listed):
        attached.hang(message, files)


def claimed(owner_id: int, listed: Json) -> list[str]:
    """The numbers of those that were brought, which a prompt in line holds from now on."""
    files = [file.pk for file in _brought(owner_id, listed)]
    attached.claim(owner_id, files)
    return [str(pk) for pk in files]


def _brought(owner_id: int, listed: Json) -> list[File]:
    numbers = [_number(owner_id, plain.key(raw.get("id"))) for raw in plain.objects(listed)]
    rows = File.objects.filter(owner_id=owner_id, doomed_at=None)
    found = rows.in_bulk([pk for pk in numbers if pk])
    return [found[pk] for pk in dict.fromkeys(numbers) if pk in found]


def placed(owner_id: int, answer: Message) -> bool:
    """Have the pictures in an answer, and in what its calls brought, name files of this person; one
    that was not brought is left out. Whether there were any.
    """
    pictures = [row["picture"] for row in answer.parts if row["kind"] == PICTURE]
    pictures += [each for call in answer.tool_calls for each in call.get("pictures", ())]
    numbers = {each["file"]: _number(owner_id, each["file"]) for each in pictures}
    rows = File.objects.filter(owner_id=owner_id, kind=File.Kind.IMAGE, doomed_at=None)
    found = rows.in_bulk([pk for pk in numbers.values() if pk]) if pictures else {}
    for each in pictures:
        pk = numbers[each["file"]]
        each["file"] = str(pk) if pk in found else ""
    answer.parts = [row for row in answer.parts if row.get("picture", row).get("file", True)]
    for call in answer.tool_calls:
        if "pictures" in call:
            call["pictures"] = [each for each in call["pictures"] if each["file"]]
    return bool(pictures)


def _named(thread: Thread | None) -> Iterator[Mapping[str, Json]]:
    if thread is None:
        return
    for node in thread.nodes:
        yield from plain.objects(node.extra.get("files"))
    for prompt in plain.objects(thread.settings.get("queue")):
        yield from plain.objects(prompt.get("files"))


def _number(owner_id: int, name: str) -> UUID | None:
    """What it is called in the archive, unless somebody else's is called so here."""
    try:
        pk = UUID(name)
    except ValueError:
        return None
    there = File.objects.filter(pk=pk).values_list("owner_id", flat=True).first()
    return pk if there in (None, owner_id) else uuid5(pk, str(owner_id))


def _take(owner: Person, pk: UUID, archive: ArchiveFile, name: str, shown: str) -> None:
    with tempfile.TemporaryDirectory(dir=coming.folder()) as folder:
        source = Path(folder) / "source"
        with archive.other(f"{FOLDER}{name}", settings.FILE_BYTES) as file, source.open("wb") as to:
            left = settings.FILE_BYTES + 1
            while left > 0 and (piece := file.read(min(left, 2**20))):
                left -= to.write(piece)
        keeping.add(owner.pk, pk, source, shown, is_one_of_many=True)
