"""Files, and on which messages they hang."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q

from conversations.models import Message, Project

STORAGE = "files"
NAME_CHARACTERS = 255


def storage() -> Storage:
    """Where the bytes lie, which is a setting: a folder, or buckets."""
    return storages[STORAGE]


def random_name(file: File | None, name: str) -> str:
    """Says nothing of what it is."""
    made = uuid.uuid4().hex
    return f"{made[:2]}/{made}"


class File(models.Model):
    """A picture or a document as it was read: `content`, for pictures a `thumbnail`, for documents
    their `text`.

    A draft hangs on nothing yet. One of a project can be taken by each of its conversations. Since
    `doomed_at` nothing brings it back: its bytes go, then the row. So does one without owner.
    `size` counts the bytes of all three.
    """

    class Kind(models.TextChoices):
        IMAGE = "image"
        DOCUMENT = "document"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="files"
    )
    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(max_length=NAME_CHARACTERS)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    characters = models.PositiveIntegerField(null=True, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)
    content = models.FileField(storage=storage, upload_to=random_name)
    thumbnail = models.FileField(storage=storage, upload_to=random_name, blank=True)
    text = models.FileField(storage=storage, upload_to=random_name, blank=True)
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.SET_NULL, related_name="files"
    )
    is_draft = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    doomed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created_at", "pk")
        indexes = (
            models.Index(fields=["created_at"], condition=Q(is_draft=True), name="drafts_by_time"),
            models.Index(
                fields=["doomed_at"], condition=Q(doomed_at__isnull=False), name="doomed_files"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.kind == self.Kind.IMAGE

    @property
    def stored(self) -> list[str]:
        """The names of what lies in the storage."""
        return [each.name for each in (self.content, self.thumbnail, self.text) if each.name]

    def open_bytes(self) -> bytes:
        """The content, whole."""
        with self.content.open("rb") as file:
            found: bytes = file.read()
        return found

    def read_text(self) -> str:
        """The text of a document; empty for a picture."""
        if not self.text.name:
            return ""
        with self.text.open("rb") as file:
            found: bytes = file.read()
        return found.decode("utf-8", "replace")


class Attachment(models.Model):
    """A file that hangs on a message, at its place among the others; it may hang on several."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="attachments")
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("place", "pk")

    def __str__(self) -> str:
        return f"{self.file_id} at {self.message_id}"
