"""Files and what they hang on."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import InMemoryStorage
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from chatsite.services import read_storage
from conversations.files import attached, copies, keeping, smaller, sweeping, views
from conversations.files.models import File
from conversations.models import Conversation, Message
from tests.support.files.rows import document_of
from tests.support.sample_files import png


def prompt(owner: User) -> Message:
    thread = Conversation.objects.create(owner=owner, title="With files")
    return Message.objects.create(conversation=thread, role="user", text="Look")


@pytest.mark.django_db
def test_its_bytes_lie_under_a_random_name(owner: User, settings: Any) -> None:
    file = document_of(owner, name="../secret plans.txt")
    path = Path(file.content.path)
    assert path.is_relative_to(settings.DATA_DIR / "files")
    assert "secret" not in str(path.relative_to(settings.DATA_DIR))
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert (file.open_bytes(), file.read_text()) == (b"Hello", "Hello")


@pytest.mark.django_db
def test_files_hang_on_messages_in_their_order(owner: User) -> None:
    first, second, third = (document_of(owner, name=name) for name in ("b", "a", "c"))
    asked, again = prompt(owner), prompt(owner)
    with transaction.atomic():
        attached.attach(asked, owner.pk, [first.pk, second.pk])
        attached.attach(again, owner.pk, [second.pk])
        attached.attach(again, owner.pk, [third.pk])
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = attached.files_of([asked.pk, again.pk])
    assert len(queries) == 1
    assert found == {asked.pk: [first, second], again.pk: [second, third]}
    assert Message.objects.filter(has_files=True).count() == 2
    assert not File.objects.filter(is_draft=True).exists()


@pytest.mark.django_db
def test_of_messages_without_files_nobody_asks(owner: User) -> None:
    asked = prompt(owner)
    with CaptureQueriesContext(connection) as queries:
        assert attached.of_messages([asked]) == {}
    assert len(queries) == 0


@pytest.mark.django_db
def test_a_file_of_somebody_else_is_gone(owner: User) -> None:
    theirs = document_of(User.objects.create_user("stranger"))
    for pk in (theirs.pk, uuid.uuid4()):
        with pytest.raises(attached.Gone), transaction.atomic():
            attached.attach(prompt(owner), owner.pk, [pk])


@pytest.mark.parametrize("url", ["https://host/bucket", "s3://", "s3://key:secret@bucket"])
def test_a_storage_that_cannot_be_read_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="FILE_STORAGE cannot be read"):
        read_storage({"FILE_STORAGE": url}, "FILE_STORAGE", Path("files"))


def test_a_bucket_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatsite.services.find_spec", lambda name: name)
    url = "s3://pictures/site?endpoint_url=https://s3.example"
    found = read_storage({"FILE_STORAGE": url}, "FILE_STORAGE", Path("files"))
    assert found["OPTIONS"]["bucket_name"] == "pictures"
    assert found["OPTIONS"]["location"] == "site"
    assert found["OPTIONS"]["endpoint_url"] == "https://s3.example"
    assert found["OPTIONS"]["querystring_auth"] is True


@pytest.mark.django_db
def test_a_storage_without_paths_keeps_shows_and_deletes(
    owner: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a bucket is one."""
    bucket = InMemoryStorage()
    for name in ("content", "thumbnail", "text"):
        monkeypatch.setattr(File._meta.get_field(name), "storage", bucket)
    for module in (keeping, sweeping, copies):
        monkeypatch.setattr(module, "storage", lambda: bucket)
    (tmp_path / "came").write_bytes(png())
    file = keeping.add(owner.pk, uuid.uuid4(), tmp_path / "came", "cat.png")
    assert len(file.stored) == 2
    assert smaller.made(file.open_bytes(), file.media_type, 8, 10**6).width <= 8
    assert views.small(file).headers["Content-Type"] == "image/webp"
    assert views.served(file).headers["Content-Length"] == str(len(file.open_bytes()))
    copies.copy_out(tmp_path / "backup.sqlite3")  # the bucket's own affair
    assert copies.copy_back(tmp_path / "backup.sqlite3") == 0
    sweeping.discard(owner.pk, file.pk)
    sweeping.sweep_piece()
    assert not [name for name in file.stored if bucket.exists(name)]
