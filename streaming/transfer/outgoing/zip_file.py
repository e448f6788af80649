"""What a person has as one zip, piece by piece: never more than one message of it is in memory."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import IO, NamedTuple, cast
from uuid import UUID

from conversations.access import Person
from conversations.files.models import File
from conversations.models import Conversation
from streaming.transfer import belongings
from streaming.transfer.outgoing import conversations

SOME_DAY = (1980, 1, 1, 0, 0, 0)
"""In the zip's list: what is the same has the same bytes."""

PIECE = 64 * 1024


class Piece(NamedTuple):
    """Bytes of the file, and how many conversations are in it so far."""

    data: bytes
    done: int


def everything(owner: Person) -> list[UUID]:
    """The numbers of all conversations that go out, the oldest first: none that goes by itself."""
    own = Conversation.objects.filter(owner_id=owner.pk, temporary_until=None)
    return list(own.order_by("created_at", "pk").values_list("pk", flat=True))


def chosen(owner: Person, pks: Iterable[UUID]) -> list[UUID]:
    own = Conversation.objects.filter(owner_id=owner.pk, pk__in=list(pks))
    return list(own.order_by("created_at", "pk").values_list("pk", flat=True))


def pieces(owner: Person, pks: Sequence[UUID], *, whole: bool) -> Iterator[Piece]:
    """The zip of these; `whole`: with all that the person has besides."""
    sink, gone_out = _Sink(), set[UUID]()
    with zipfile.ZipFile(cast(IO[bytes], sink), "w", zipfile.ZIP_DEFLATED) as archive:
        if whole:
            with _member(archive, "account.json") as file:
                file.write(belongings.written(owner).encode())
        for done, pk in enumerate(pks):
            conversation = Conversation.objects.filter(pk=pk).select_related("project").first()
            if conversation is None:  # deleted a moment ago
                continue
            name = conversations.archive_id(conversation)
            with _member(archive, f"conversations/{name}.json") as file:
                for words in conversations.written(conversation):
                    file.write(words.encode())
                    if sink.size >= PIECE:
                        yield Piece(sink.taken(), done)
            for data in _files_of(archive, conversation, sink, gone_out):
                yield Piece(data, done)
            yield Piece(sink.taken(), done + 1)
    yield Piece(sink.taken(), len(pks))


def _files_of(
    archive: zipfile.ZipFile, conversation: Conversation, sink: _Sink, gone_out: set[UUID]
) -> Iterator[bytes]:
    """The bytes of what hangs on its messages, or waits in line, once in the archive; those that
    are lost are not.
    """
    own = File.objects.filter(attachments__message__in=conversation.messages.all(), doomed_at=None)
    waiting = conversations.files_in_line(conversation)
    for file in chain(own.order_by("pk").distinct(), waiting.order_by("pk")):
        if file.pk in gone_out:
            continue
        gone_out.add(file.pk)
        with (
            suppress(FileNotFoundError),
            file.content.open("rb") as content,
            _member(archive, f"files/{file.pk}") as member,
        ):
            while data := content.read(PIECE):
                member.write(data)
                yield sink.taken()


def _member(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    about = zipfile.ZipInfo(name, SOME_DAY)
    about.compress_type = zipfile.ZIP_DEFLATED
    about.external_attr = 0o600 << 16
    return archive.open(about, "w")


class _Sink:
    """What a zip is written to, until it is taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        data, self._parts, self.size = b"".join(self._parts), [], 0
        return data
