"""Files that a prompt is composed with: those that were added before, and those of its own form.

A form without script brings them itself. They are kept first, so that they are still in the message
box where the prompt is not taken.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid5

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from conversations.access import person
from conversations.files import attached, coming, keeping, sentences
from conversations.files.models import File
from conversations.files.reading import Refused
from conversations.models import Project
from conversations.requests import key_of


@dataclass(frozen=True, slots=True)
class Composed:
    """The files of a prompt, and what is in the way of some."""

    files: Sequence[File] = ()
    complaints: Sequence[str] = ()

    @property
    def ids(self) -> tuple[UUID, ...]:
        return tuple(file.pk for file in self.files)


def composed(request: HttpRequest, key: UUID | None = None) -> Composed:
    """Those that a form names, and those that came with it, once for its key. Nothing is read
    where it has none.
    """
    named, sent = request.POST.getlist("file"), request.FILES.getlist("files")
    if not named and not sent:
        return Composed()
    owner_id = person(request).pk
    complaints: list[str] = []
    files = _named(owner_id, named[: settings.FILES_AT_ONCE])
    if len(files) < len(set(named)):
        complaints.append(str(sentences.GONE))
    if len(files) + len(sent) > settings.FILES_OF_A_PROMPT:
        complaints.append(sentences.too_many(settings.FILES_OF_A_PROMPT))
        sent = []
    for file in sent:
        try:
            files.append(added(owner_id, key or key_of(request), file))
        except Refused as trouble:
            complaints.append(sentences.of_file(file.name or "", trouble.sentence))
    return Composed(files, complaints)


def of_ids(owner_id: int, named: Sequence[str]) -> list[File]:
    """The files that a program names. Raises attached.Gone, or Refused."""
    files = _named(owner_id, named[: settings.FILES_AT_ONCE])
    if len(files) < len(set(named)):
        raise attached.Gone
    if len(files) > settings.FILES_OF_A_PROMPT:
        raise Refused(sentences.too_many(settings.FILES_OF_A_PROMPT))
    return files


def unsent(owner_id: int, named: Sequence[str]) -> list[File]:
    """The drafts among the files that a message box names; those that are gone are left out."""
    return [file for file in _named(owner_id, named[: settings.FILES_AT_ONCE]) if file.is_draft]


def uploaded(owner_id: int, key: UUID) -> UUID:
    """The number of what comes in parts under that key."""
    return uuid5(key, str(owner_id))


def find(owner_id: int, pk: UUID) -> File | None:
    return File.objects.filter(owner_id=owner_id, doomed_at=None, pk=pk).first()


def finish(owner_id: int, key: UUID, name: str) -> File:
    """What came whole is read: once, however often that is asked. Raises Refused."""
    came = coming.path(owner_id, key)
    with tempfile.TemporaryDirectory(dir=coming.folder()) as folder:
        source = Path(folder) / "source"
        try:
            came.rename(source)
        except FileNotFoundError:
            raise Refused(sentences.comes_twice()) from None
        return keeping.add(owner_id, uploaded(owner_id, key), source, name)


def _named(owner_id: int, named: Sequence[str]) -> list[File]:
    wanted = list(dict.fromkeys(pk for each in named if (pk := _number(each))))
    found = File.objects.filter(owner_id=owner_id, doomed_at=None).in_bulk(wanted)
    return [found[pk] for pk in wanted if pk in found]


def _number(spelled: str) -> UUID | None:
    try:
        return UUID(spelled)
    except ValueError:
        return None


def added(owner_id: int, key: UUID, file: UploadedFile, project: Project | None = None) -> File:
    """A file that came with a form; the same one where the same form comes again."""
    if not file.size:
        raise Refused(str(sentences.EMPTY))
    if file.size > settings.FILE_BYTES:
        raise Refused(sentences.too_large(settings.FILE_BYTES))
    digest = sha256()
    with tempfile.TemporaryDirectory(dir=coming.folder()) as folder:
        source = Path(folder) / "source"
        with source.open("wb") as target:
            for chunk in file.chunks():
                digest.update(chunk)
                target.write(chunk)
        pk = uuid5(key, f"{owner_id} {file.name} {digest.hexdigest()}")
        return find(owner_id, pk) or keeping.add(owner_id, pk, source, file.name or "", project)
