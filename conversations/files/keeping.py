"""A new file: read, counted against the quota, its bytes in the storage, and its row.

The row comes first, doomed for a later moment: whatever happens before the bytes are there, it is
swept. Raises `Refused` with a sentence for whoever brings the file.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4, uuid5

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files import File as Content
from django.db import IntegrityError, transaction
from django.db.models import Q, Sum
from django.utils import timezone

from conversations import access
from conversations.files import attached, coming, sentences
from conversations.files.models import File, random_name, storage
from conversations.files.reading import Reading, Refused, read
from conversations.models import Message, Project
from conversations.quotas import holding

WRITING = timedelta(hours=1)
"""How long bytes may take into the storage."""


def add(
    owner_id: int,
    pk: UUID,
    source: Path,
    name: str,
    project: Project | None = None,
    *,
    is_one_of_many: bool = False,
) -> File:
    """A draft of that person, or a file of a project; the same one if `pk` was added before. Of
    an import there may be more than a person may add at once.
    """
    with tempfile.TemporaryDirectory(dir=coming.folder()) as folder:
        found = read(source, name, Path(folder))
        return _store(owner_id, pk, found, project, is_one_of_many=is_one_of_many)


def keep(owner_id: int, message_id: int, data: bytes, media_type: str, name: str) -> File:
    """A file that a model or a tool made, on this message. What it is, its content says: the media
    type that was named with it is not believed.
    """
    with tempfile.TemporaryDirectory(dir=coming.folder()) as folder:
        source = Path(folder) / "source"
        source.write_bytes(data)
        place = Path(folder) / "read"
        place.mkdir()
        file = _store(owner_id, uuid4(), read(source, name, place), None)
    with transaction.atomic():
        message = Message.everything.select_for_update(no_key=True).get(pk=message_id)
        attached.hang(message, [file])
    return file


def copied(owner_id: int, file: File) -> File:
    """Of somebody else's file a draft of this person, once. It was read before, so it is not again.

    Raises `Refused`, and OSError if its bytes are lost.
    """
    pk = uuid5(file.pk, str(owner_id))
    if (there := File.objects.filter(owner_id=owner_id, pk=pk, doomed_at=None).first()) is not None:
        return there
    with tempfile.TemporaryDirectory(dir=coming.folder()) as folder:
        paths: dict[str, Path | None] = {"content": None, "thumbnail": None, "text": None}
        for name in paths:
            if getattr(file, name):
                paths[name] = path = Path(folder) / name
                with getattr(file, name).open("rb") as source, path.open("wb") as target:
                    shutil.copyfileobj(source, target)
        assert paths["content"] is not None
        found = Reading(
            kind="image" if file.is_image else "document",
            media_type=file.media_type,
            name=file.name,
            size=file.size,
            path=paths["content"],
            thumbnail=paths["thumbnail"],
            text=paths["text"],
            width=file.width or 0,
            height=file.height or 0,
            characters=file.characters or 0,
            pages=file.pages or 0,
        )
        return _store(owner_id, pk, found, None)


def used(owner_id: int) -> int:
    """Bytes of this person, with those that are on their way."""
    rows = File.objects.filter(Q(doomed_at=None) | Q(doomed_at__gt=timezone.now()))
    total = rows.filter(owner_id=owner_id).aggregate(total=Sum("size"))["total"]
    return int(total or 0)


def _store(
    owner_id: int,
    pk: UUID,
    found: Reading,
    project: Project | None,
    *,
    is_one_of_many: bool = True,
) -> File:
    paths = {"content": found.path, "thumbnail": found.thumbnail, "text": found.text}
    there = {name: path for name, path in paths.items() if path is not None}
    row = File(
        pk=pk,
        owner_id=owner_id,
        kind=found.kind,
        name=found.name,
        media_type=found.media_type,
        size=sum(path.stat().st_size for path in there.values()),
        width=found.width or None,
        height=found.height or None,
        characters=found.characters if found.kind == "document" else None,
        pages=found.pages or None,
        project=project,
        is_draft=project is None,
        doomed_at=timezone.now() + WRITING,
        **{name: random_name(None, "") for name in there},
    )
    try:
        with transaction.atomic():
            access.hold(User(pk=owner_id))
            if same := File.objects.filter(pk=pk, owner_id=owner_id, doomed_at=None).first():
                return same
            _refuse_past_limits(owner_id, row, is_one_of_many=is_one_of_many)
            row.save(force_insert=True)
    except IntegrityError:  # another request is at it
        raise Refused(sentences.comes_twice()) from None
    try:
        for name, path in there.items():
            with path.open("rb") as file:
                storage().save(getattr(row, name).name, Content(file))
    except OSError:
        File.objects.filter(pk=pk).update(doomed_at=timezone.now())
        raise Refused(sentences.no_room()) from None
    File.objects.filter(pk=pk).update(doomed_at=None)
    row.doomed_at = None
    return row


def _refuse_past_limits(owner_id: int, row: File, *, is_one_of_many: bool) -> None:
    there, most = used(owner_id), holding.of(owner_id).storage
    if there + row.size > most:
        raise Refused(sentences.quota(there, most))
    own = File.objects.filter(owner_id=owner_id, doomed_at=None)
    if (
        row.is_draft
        and not is_one_of_many
        and own.filter(is_draft=True).count() >= settings.FILES_AT_ONCE
    ):
        raise Refused(sentences.too_many_drafts(settings.FILES_AT_ONCE))
    if row.project and own.filter(project=row.project).count() >= settings.FILES_OF_A_PROJECT:
        raise Refused(sentences.too_many_in_project(settings.FILES_OF_A_PROJECT))
