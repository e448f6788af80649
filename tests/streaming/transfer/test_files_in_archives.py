"""Files go out with the archive and come in again, read anew: also from an archive that lies."""

from __future__ import annotations

import io
import uuid
import zipfile
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.utils import timezone

from conversations.files import attached, sweeping
from conversations.files.models import File
from conversations.models import Conversation, Message
from conversations.transfer.models import Transfer
from streaming.models import QueuedPrompt
from streaming.transfer.incoming import steps
from streaming.transfer.outgoing import zip_file
from tests.support import rows
from tests.support.files.rows import document_of, picture_of
from tests.support.sample_files import png

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(db: None) -> User:
    return User.objects.create_user("other")


def thread_with_files(owner: User) -> Message:
    thread = Conversation.objects.create(owner=owner, title="With files")
    asked = Message.objects.create(conversation=thread, role="user", text="Look")
    picture = picture_of(owner)
    picture.content.save("x", ContentFile(png()))
    attached.hang(asked, [picture, document_of(owner, "A note")])
    thread.leaf = asked
    thread.save()
    return asked


def out(owner: User) -> bytes:
    pks = zip_file.everything(owner)
    return b"".join(piece.data for piece in zip_file.pieces(owner, pks, whole=True))


def take(owner: User, archive: bytes, folder: Path) -> Transfer:
    path = folder / "archive.zip"
    path.write_bytes(archive)
    row = Transfer.objects.create(
        owner=owner, kind="import", status="running", made_at=timezone.now()
    )
    for _ in steps.steps(row, path):
        pass
    return row


def names(archive: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(archive)).namelist()


def test_files_go_out_and_come_in_once(owner: User, other: User, tmp_path: Path) -> None:
    asked = thread_with_files(owner)
    archive = out(owner)
    mine = attached.files_of([asked.pk])[asked.pk]
    assert sorted(names(archive)[2:]) == sorted(f"files/{file.pk}" for file in mine)
    for _ in range(2):
        take(other, archive, tmp_path)
    copied = Message.objects.get(conversation__owner=other)
    theirs = attached.files_of([copied.pk])[copied.pk]
    assert [(file.kind, file.name) for file in theirs] == [(each.kind, each.name) for each in mine]
    assert theirs[1].open_bytes() == b"A note"
    assert {file.owner_id for file in theirs} == {other.pk}
    assert File.objects.count() == 4


def test_they_come_back_after_they_were_deleted_for_good(owner: User, tmp_path: Path) -> None:
    asked = thread_with_files(owner)
    archive, before = out(owner), attached.files_of([asked.pk])[asked.pk]
    Conversation.everything.all().delete()
    sweeping.doom_left(set())
    sweeping.sweep_piece()
    assert not File.objects.exists()
    take(owner, archive, tmp_path)
    again = attached.files_of([Message.objects.get().pk]).popitem()[1]
    assert [file.pk for file in again] == [file.pk for file in before]


def test_what_an_archive_does_not_hold_or_may_not_is_left_out(
    owner: User, other: User, tmp_path: Path
) -> None:
    thread_with_files(owner)
    whole = zipfile.ZipFile(io.BytesIO(out(owner)))
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as archive:
        for name in whole.namelist():
            if name.endswith(".json"):
                archive.writestr(name, whole.read(name))
        lost, *_ = [name for name in whole.namelist() if name.startswith("files/")]
        archive.writestr(lost, b"\0\1\2" * 99)
    row = take(other, changed.getvalue(), tmp_path)
    assert row.outcomes.get().not_shown == {"files": 2}
    assert Message.objects.filter(conversation__owner=other, has_files=None).count() == 1


def test_files_of_prompts_in_line_come_along(owner: User, other: User, tmp_path: Path) -> None:
    thread = thread_with_files(owner).conversation
    note = document_of(owner, "Waits", "waits.txt", is_draft=False)
    QueuedPrompt.objects.create(
        conversation=thread,
        key=uuid.uuid4(),
        place=0,
        text="Next",
        held="stopped",
        files=[note.pk.hex],
    )
    archive = out(owner)
    assert f"files/{note.pk}" in names(archive)
    take(other, archive, tmp_path)
    [pk] = QueuedPrompt.objects.get(conversation__owner=other).file_ids
    brought = File.objects.get(pk=pk)
    assert (brought.owner, brought.is_draft, brought.open_bytes()) == (other, False, b"Waits")


def test_pictures_stay_where_they_came_in_an_answer(
    owner: User, other: User, tmp_path: Path
) -> None:
    answer = rows.answer_in_parts(owner)
    picture = picture_of(owner)
    picture.content.save("x", ContentFile(png()))
    attached.hang(answer, [picture])
    there, lost = ({"file": str(pk), "name": "p"} for pk in (picture.pk, uuid.uuid4()))
    run = answer.parts[0]["generation"]
    for each in (there, lost):
        answer.parts.insert(2, {"kind": "picture", "picture": each, "generation": run})
    answer.tool_calls[0]["pictures"] = [lost, there]
    answer.save()
    take(other, out(owner), tmp_path)
    copied = Message.objects.get(conversation__owner=other, role="assistant")
    [file] = attached.files_of([copied.pk])[copied.pk]
    assert [row["kind"] for row in copied.parts] == [
        *("thought", "text", "picture", "call", "thought", "text")
    ]
    assert copied.parts[2]["picture"]["file"] == str(file.pk) != str(picture.pk)
    assert [each["file"] for each in copied.tool_calls[0]["pictures"]] == [str(file.pk)]
    assert copied.tool_calls[0]["result"] == rows.RESULT
